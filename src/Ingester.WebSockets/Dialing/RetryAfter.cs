using System.Net;
using System.Net.Http.Headers;

namespace Ingester.WebSockets.Dialing;

/// <summary>What an exchange says about when to come back.</summary>
internal static class RetryAfter
{
    /// <summary>The longest ban that an exchange is known to give (Binance: three days); what asks for more is a mistake.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3);

    /// <summary>An exchange that says "too much": 429, or 418 for who did not listen to it.</summary>
    public static bool IsTooMuch(HttpStatusCode status) => status is HttpStatusCode.TooManyRequests or (HttpStatusCode)418;

    /// <summary>The wait that the header's text asks for, seconds or a date; null when there is none or it cannot be read.</summary>
    public static TimeSpan? Read(string? header, DateTimeOffset now) =>
        RetryConditionHeaderValue.TryParse(header, out var value) ? Read(value, now) : null;

    /// <summary>The wait that the header asks for; null when there is none.</summary>
    public static TimeSpan? Read(RetryConditionHeaderValue? header, DateTimeOffset now)
    {
        var wait = header?.Delta ?? header?.Date - now;
        return wait is { } asked ? TimeSpan.FromTicks(Math.Clamp(asked.Ticks, 0, Longest.Ticks)) : null;
    }
}
