using System.Collections.Concurrent;
using Ingester.Core.Time;

namespace Ingester.Recording.Rest;

/// <summary>
/// Measures the skew of the machine's clock against the <c>Date</c> headers of servers (resolution: one second). A wrong clock closes windows at the
/// wrong time and invalidates request signatures.
/// </summary>
/// <param name="clock">The machine's clock.</param>
/// <param name="estimator">Receives the dates, for a finer estimate of the offset. Default: none.</param>
internal sealed class ClockSkewHandler(TimeProvider clock, ClockOffsetEstimator? estimator = null) : DelegatingHandler
{
    private const double TruncationOffset = 0.5; // Date is truncated to the second

    private readonly ConcurrentDictionary<string, double> offsets = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Absolute value of the median offset over the servers, in seconds; null before the first response.</summary>
    public double? Skew
    {
        get
        {
            double[] seconds = [.. offsets.Values.Order()];
            return seconds.Length == 0 ? null : Math.Abs(seconds[seconds.Length / 2]);
        }
    }

    /// <summary>
    /// Offset of a server's clock against the machine's clock in seconds, negative when it is behind; null before its first response.
    /// </summary>
    public double? OffsetOf(string host) => offsets.TryGetValue(host, out var seconds) ? seconds : null;

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var sentAt = clock.GetUtcNow();
        var response = await base.SendAsync(request, cancellationToken);
        var receivedAt = clock.GetUtcNow();
        if (response.Headers.Date is not { } date || request.RequestUri is not { } address)
            return response;
        if (response.Headers.Age is null) // a cache has an old date, and an age in whole seconds
            estimator?.Observe(address.Host, Micros.From(sentAt), Micros.From(receivedAt), Micros.From(date));
        offsets[address.Host] = (date - sentAt).TotalSeconds + TruncationOffset + (response.Headers.Age ?? TimeSpan.Zero).TotalSeconds - (receivedAt - sentAt).TotalSeconds / 2; // computed in seconds: a header cannot overflow the calendar
        return response;
    }
}
