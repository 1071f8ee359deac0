using System.Collections.Concurrent;

namespace Ingester.Hosting;

/// <summary>
/// Compares the machine's clock with those of the servers that answer (their <c>Date</c>, to the second): a wrong clock makes windows close
/// at the wrong time and signatures fail.
/// </summary>
internal sealed class ServerClock(TimeProvider clock, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const double HalfASecond = 0.5; // a Date is cut to the second below

    private readonly ConcurrentDictionary<string, double> offBy = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>How many seconds the machine's clock is off, whichever way: the median over the servers; null while none has said its time.</summary>
    public double? Skew
    {
        get
        {
            double[] seconds = [.. offBy.Values.Order()];
            return seconds.Length == 0 ? null : Math.Abs(seconds[seconds.Length / 2]);
        }
    }

    /// <summary>How many seconds a server's clock is ahead of the machine's, negative when it is behind; null while it has not said its time.</summary>
    public double? AheadOf(string host) => offBy.TryGetValue(host, out var seconds) ? seconds : null;

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var asked = clock.GetUtcNow();
        var answer = await base.SendAsync(request, cancellationToken);
        var answered = clock.GetUtcNow();
        if (answer.Headers.Date is { } date && request.RequestUri is { } address)
            offBy[address.Host] = (date - asked).TotalSeconds + HalfASecond + (answer.Headers.Age ?? TimeSpan.Zero).TotalSeconds - (answered - asked).TotalSeconds / 2; // in seconds no header can lead beyond the calendar
        return answer;
    }
}
