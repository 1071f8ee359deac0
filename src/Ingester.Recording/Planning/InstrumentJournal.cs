using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Core.Time;

namespace Ingester.Recording.Planning;

/// <summary>
/// Writes the dataset <c>instruments</c>: what an exchange's market list says about each market, when it is first seen, whenever that changes, and again in the
/// first minute of each day, so that a day can be read alone.
/// </summary>
/// <param name="exchange">The exchange's name.</param>
/// <param name="output">Where rows go.</param>
/// <param name="clock">The clock that the rows' times come from.</param>
internal sealed class InstrumentJournal(string exchange, ISegmentOutput output, TimeProvider clock)
{
    /// <summary>How long a wait goes by without a look at the clock, which may have been set.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(1);

    private readonly Lock gate = new();
    private Dictionary<Market, ListedMarket> known = [];

    /// <summary>A market list was read.</summary>
    /// <param name="listed">What it says about the markets that are chosen.</param>
    /// <param name="ended">The chosen markets that it ended.</param>
    public void Update(IEnumerable<ListedMarket> listed, IEnumerable<ListedMarket> ended)
    {
        lock (gate)
        {
            var now = listed.ToDictionary(entry => entry.Market);
            foreach (var entry in ended.Where(entry => !now.ContainsKey(entry.Market)).Concat(now.Values))
                if (known.GetValueOrDefault(entry.Market) != entry)
                    Write(entry);
            known = now;
        }
    }

    /// <summary>Writes all rows again whenever a day begins, until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var day = clock.GetUtcNow().UtcDateTime.Date;
        while (!stop.IsCancellationRequested)
        {
            var now = clock.GetUtcNow().UtcDateTime;
            if (now.Date > day)
            {
                day = now.Date;
                WriteAll();
            }

            var left = day.AddDays(1) - now;
            var pause = left > LongestPause ? LongestPause : left < ShortestPause ? ShortestPause : left;
            await Task.Delay(pause, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void WriteAll()
    {
        lock (gate)
            foreach (var entry in known.Values)
                Write(entry);
    }

    private void Write(ListedMarket entry)
    {
        var (pair, symbol) = (JsonEncodedText.Encode(entry.Market.Name), JsonEncodedText.Encode(entry.Market.Symbol));
        var status = entry.Status is null ? "null" : $"\"{JsonEncodedText.Encode(entry.Status)}\"";
        output.Add(new(Dataset.Instruments, exchange,
            $"{{\"ts\":{Micros.Now(clock)},\"pair\":\"{pair}\",\"symbol\":\"{symbol}\",\"status\":{status},\"state\":\"{entry.State.Name()}\"}}"));
    }
}
