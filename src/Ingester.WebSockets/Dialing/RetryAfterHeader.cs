using System.Net;
using System.Net.Http.Headers;

namespace Ingester.WebSockets.Dialing;

/// <summary>Reads the Retry-After header of an exchange.</summary>
internal static class RetryAfterHeader
{
    /// <summary>Maximum accepted wait: the longest known ban (Binance: three days). Longer values are limited to it.</summary>
    private static readonly TimeSpan MaxDelay = TimeSpan.FromDays(3);

    /// <summary>True for the status of an exceeded rate limit: 429, or 418, which Binance sends after ignored 429s.</summary>
    public static bool IsRateLimited(HttpStatusCode status) => status is HttpStatusCode.TooManyRequests or (HttpStatusCode)418;

    /// <summary>Parses the text of the header, seconds or a date; null when it is absent or invalid.</summary>
    public static TimeSpan? Parse(string? header, DateTimeOffset now) =>
        RetryConditionHeaderValue.TryParse(header, out var value) ? Parse(value, now) : null;

    /// <summary>Returns the wait that the header asks for; null when it is absent.</summary>
    public static TimeSpan? Parse(RetryConditionHeaderValue? header, DateTimeOffset now)
    {
        var wait = header?.Delta ?? header?.Date - now;
        return wait is { } delay ? TimeSpan.FromTicks(Math.Clamp(delay.Ticks, 0, MaxDelay.Ticks)) : null;
    }
}
