using System.Globalization;
using System.Text;
using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Output;
using Ingester.Core.Time;

namespace Ingester.Recording.Planning;

/// <summary>
/// Writes the dataset <c>instruments</c>: the entry of each market in the exchange's market list (state, type, assets, tick, lot, contract), when the market is first listed,
/// whenever it changes, and again in the first minute of each day, so that each day is complete.
/// </summary>
/// <param name="exchange">The exchange's name.</param>
/// <param name="output">Receives the rows.</param>
/// <param name="clock">The clock for the times of rows.</param>
internal sealed class InstrumentJournal(string exchange, ISegmentOutput output, TimeProvider clock)
{
    /// <summary>Longest wait without a new look at the clock, which may be set meanwhile.</summary>
    private static readonly TimeSpan MaxPause = TimeSpan.FromHours(1);

    private static readonly TimeSpan MinPause = TimeSpan.FromMilliseconds(1);

    private readonly Lock gate = new();
    private Dictionary<Market, ListedMarket> known = [];

    /// <summary>Writes the rows of markets that changed in a new market list.</summary>
    /// <param name="listed">The selected markets as listed.</param>
    /// <param name="ended">The selected markets that this list ended.</param>
    public void OnMarketList(IEnumerable<ListedMarket> listed, IEnumerable<ListedMarket> ended)
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

    /// <summary>Writes all rows again at the start of each day, until <paramref name="stop"/> is canceled.</summary>
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
            var pause = left > MaxPause ? MaxPause : left < MinPause ? MinPause : left;
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
            $"{{\"ts\":{Micros.Now(clock)},\"pair\":\"{pair}\",\"symbol\":\"{symbol}\",\"status\":{status},\"state\":\"{entry.State.Name()}\"{FactsOf(entry)}}}"));
    }

    /// <summary>The fields of the facts that the market list states; an entry that left the list has those of the list before.</summary>
    private string FactsOf(ListedMarket entry)
    {
        if ((entry.Facts ?? known.GetValueOrDefault(entry.Market)?.Facts) is not { } facts)
            return "";
        var fields = new StringBuilder();
        Append("type", facts.Type.ToString().ToLowerInvariant());
        Append("base", facts.Base);
        Append("quote", facts.Quote);
        Append("settle", facts.Settle);
        Append("tick", facts.Tick);
        Append("lot", facts.Lot);
        Append("minSize", facts.MinSize);
        Append("minNotional", facts.MinNotional);
        Append("contractSize", facts.ContractSize);
        if (facts.Expiry is { } expiry)
            fields.Append(CultureInfo.InvariantCulture, $",\"expiry\":{Micros.From(expiry)}");
        return fields.ToString();

        void Append(string name, string? value)
        {
            if (value is not null)
                fields.Append(CultureInfo.InvariantCulture, $",\"{name}\":\"{JsonEncodedText.Encode(value)}\"");
        }
    }
}
