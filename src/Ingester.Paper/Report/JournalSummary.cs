using System.Globalization;
using System.Text.Json;

namespace Ingester.Paper.Report;

/// <summary>What a report needs from a journal, line by line. Memory grows with the number of fills. Not thread-safe.</summary>
internal sealed class JournalSummary
{
    private readonly SortedDictionary<string, int> decisions = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> refusals = new(StringComparer.Ordinal);
    private readonly List<ReportFill> fills = [];
    private readonly List<(string Order, long Since, string Evidence)> flags = [];
    private readonly Dictionary<string, long> ordered = new(StringComparer.Ordinal); // when each order was decided
    private readonly Dictionary<string, (decimal Price, int Direction)> last = new(StringComparer.Ordinal);
    private decimal peak;
    private int directions, hits;

    /// <summary>Event time of the first line, microseconds UTC.</summary>
    public long FromMicros { get; private set; }

    /// <summary>Event time of the last line, microseconds UTC.</summary>
    public long ToMicros { get; private set; }

    /// <summary>True after the last line of a run.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Number of predictions.</summary>
    public int Predictions { get; private set; }

    /// <summary>Share of the predictions of a direction that the next bar confirmed; null without one.</summary>
    public decimal? PredictionAccuracy => directions == 0 ? null : (decimal)hits / directions;

    /// <summary>Number of decisions by action.</summary>
    public IReadOnlyDictionary<string, int> Decisions => decisions;

    /// <summary>Number of refused orders.</summary>
    public int Refused { get; private set; }

    /// <summary>Number of refusals by reason.</summary>
    public IReadOnlyDictionary<string, int> Refusals => refusals;

    /// <summary>Number of orders.</summary>
    public int Orders => ordered.Count;

    /// <summary>Number of rejected orders.</summary>
    public int Rejected { get; private set; }

    /// <summary>The portfolio at the start, in quote units.</summary>
    public decimal StartValue { get; private set; }

    /// <summary>The portfolio at the end, in quote units.</summary>
    public decimal EndValue { get; private set; }

    /// <summary>The largest fall of the portfolio, in quote units.</summary>
    public decimal MaxDrawdown { get; private set; }

    /// <summary>The largest fall as a share of the maximum before it.</summary>
    public decimal MaxDrawdownShare { get; private set; }

    /// <summary>The fills in order. A flag gives its evidence also to the fills of the order since the start of the defect.</summary>
    public IEnumerable<ReportFill> Fills
    {
        get
        {
            var byOrder = flags.ToLookup(static flag => flag.Order, StringComparer.Ordinal);
            return fills.Select(fill => byOrder[fill.Order].Where(flag => fill.Micros > flag.Since).Aggregate(fill, static (judged, flag) => judged with { Evidence = Worse(judged.Evidence, flag.Evidence) }));
        }
    }

    /// <summary>Adds the next line.</summary>
    /// <exception cref="JsonException">The line is not one of a journal.</exception>
    public void Add(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            Add(document.RootElement);
        }
        catch (Exception invalid) when (invalid is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new JsonException($"a line is not one of a journal: {invalid.Message}", invalid);
        }
    }

    private void Add(JsonElement line)
    {
        ToMicros = line.GetProperty("ts").GetInt64();
        if (FromMicros == 0)
            FromMicros = ToMicros;
        switch (line.GetProperty("kind").GetString())
        {
            case "run":
                (StartValue, EndValue, peak) = (Number(line, "cash"), Number(line, "cash"), Number(line, "cash"));
                break;
            case "prediction":
                AddPrediction(line);
                break;
            case "decision":
                Count(decisions, line.GetProperty("action").GetString()!);
                break;
            case "verdict":
                Refused += line.GetProperty("approved").GetBoolean() ? 0 : 1;
                foreach (var refusal in line.GetProperty("refusals").EnumerateArray())
                    Count(refusals, refusal.GetProperty("reason").GetString()!);
                break;
            case "order":
                ordered[line.GetProperty("order").GetString()!] = ToMicros;
                break;
            case "order-event":
                AddOrderEvent(line);
                break;
            case "account":
                AddValue(Number(line, "value"));
                break;
            case "end":
                IsEnded = true;
                break;
            default:
                break;
        }
    }

    private void AddPrediction(JsonElement line)
    {
        Predictions++;
        var market = line.GetProperty("market").GetString()!;
        var price = Number(line, "price");
        if (last.Remove(market, out var before))
        {
            directions++;
            hits += Math.Sign(price - before.Price) == before.Direction ? 1 : 0;
        }

        if (line.GetProperty("direction").GetString() is { } direction and not "flat")
            last[market] = (price, direction == "up" ? 1 : -1);
    }

    private void AddOrderEvent(JsonElement line)
    {
        var order = line.GetProperty("order").GetString()!;
        Rejected += line.GetProperty("event").ValueEquals("rejected") ? 1 : 0;
        if (line.TryGetProperty("since", out var since))
            flags.Add((order, since.GetInt64(), line.GetProperty("evidence").GetString()!));
        if (!line.TryGetProperty("price", out _))
            return;
        fills.Add(new()
        {
            Market = line.GetProperty("market").GetString()!,
            Order = order,
            OrderMicros = ordered[order],
            Micros = line.GetProperty("at").GetInt64(),
            IsBuy = line.GetProperty("side").ValueEquals("buy"),
            Price = Number(line, "price"),
            Size = Number(line, "size"),
            Notional = Number(line, "notional"),
            Fee = Number(line, "fee"),
            Evidence = line.GetProperty("evidence").GetString()!,
        });
    }

    private void AddValue(decimal value)
    {
        EndValue = value;
        peak = Math.Max(peak, value);
        if (peak - value <= MaxDrawdown)
            return;
        MaxDrawdown = peak - value;
        MaxDrawdownShare = peak == 0 ? 0 : MaxDrawdown / peak;
    }

    private static string Worse(string one, string other) => one == "uncertain" || other == "uncertain" ? "uncertain" : one == "unproven" || other == "unproven" ? "unproven" : one;

    private static void Count(SortedDictionary<string, int> counts, string name) => counts[name] = counts.GetValueOrDefault(name) + 1;

    private static decimal Number(JsonElement line, string name) => decimal.Parse(line.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);
}
