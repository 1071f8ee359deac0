using System.Globalization;
using System.Text.Json;
using Ingester.Core.Keys;
using Ingester.Core.Time;
using Ingester.Deriving.Candles;
using Ingester.Deriving.Objects;
using Ingester.Errors;
using Ingester.Reading.Objects;
using Ingester.Recording.Configuration;
using Ingester.Schemas;
using Ingester.Storage.Stores;

namespace Ingester.Candles;

/// <summary><c>ingester candles --compare</c>: compares stored candles with stored bars and explains each difference.</summary>
/// <param name="store">The store.</param>
/// <param name="prefix">The prefix of all keys, without a slash at its end.</param>
/// <param name="exchange">The exchange.</param>
/// <param name="request">The lengths, and the time from which candles are compared.</param>
internal sealed class CandleComparisonReport(IReplaceableStore store, string prefix, string exchange, CandleRequest request)
{
    private readonly int[] counts = new int[Enum.GetValues<CandleVerdict>().Length];

    /// <summary>Requests the candles of differences that nothing stored explains; null to request none.</summary>
    public ServedCandles? Served { get; init; }

    /// <summary>Prints each difference and the counts; returns the exit code: 1 for a difference that nothing explains, 3 when candles could not be compared, else 0.</summary>
    /// <param name="patterns">Patterns of market names; empty for all.</param>
    /// <param name="json">True to print JSON lines.</param>
    /// <param name="now">The present time.</param>
    /// <param name="cancel">Cancels the comparison.</param>
    /// <exception cref="CommandException">No candles are stored, no start is given, or an object is damaged.</exception>
    public async Task<int> RunAsync(IReadOnlyList<string> patterns, bool json, DateTimeOffset now, CancellationToken cancel)
    {
        var since = request.Since ?? throw new CommandException("--compare requires --since: the time from which candles are compared.");
        var witness = new CandleWitness(new(store, prefix), new DerivedStore(store, prefix, TimeProvider.System), new(new ArchiveReader(store, prefix)), exchange)
        {
            HasBaseVolume = request.Endpoint.HasBaseVolume,
            FetchAsync = Served is null ? null : Served.FetchAsync,
        };
        try
        {
            foreach (var interval in request.Intervals)
            {
                var length = Micros.From(interval);
                var span = new CandleSpan(CandleTimes.FirstAtOrAfter(since, length), CandleTimes.LastFinished(now, length));
                await foreach (var comparison in witness.CompareAsync(await ListMarketsAsync(interval, patterns, cancel), interval, span, cancel))
                    Write(comparison, json);
            }
        }
        catch (UnreadableObjectException damaged)
        {
            throw new CommandException(damaged.Message, damaged) { ExitCode = ExitCodes.Failed };
        }

        if (json)
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                Schema = OutputSchema.CandlesCompare,
                Candles = counts.Sum(),
                Equal = counts[(int)CandleVerdict.Equal],
                Explained = counts[(int)CandleVerdict.Explained],
                Unexplained = counts[(int)CandleVerdict.Unexplained],
                Unknown = counts[(int)CandleVerdict.Unknown],
            }, JsonSerializerOptions.Web));
        else
            Console.WriteLine($"{counts.Sum():N0} candles: {counts[(int)CandleVerdict.Equal]:N0} equal, {counts[(int)CandleVerdict.Explained]:N0} differ with a reason, "
                + $"{counts[(int)CandleVerdict.Unexplained]:N0} differ without one, {counts[(int)CandleVerdict.Unknown]:N0} without a known bar.");
        return counts[(int)CandleVerdict.Unexplained] > 0 ? ExitCodes.Failed
            : counts[(int)CandleVerdict.Unknown] > 0 ? ExitCodes.Incomplete
            : ExitCodes.Succeeded;
    }

    private async Task<IReadOnlyList<string>> ListMarketsAsync(TimeSpan interval, IReadOnlyList<string> patterns, CancellationToken cancel)
    {
        const string Label = "pair=";
        var filter = new MarketFilter(patterns.Count > 0 ? patterns : ["*"], []);
        var markets = new List<string>();
        await foreach (var folder in store.ListFoldersAsync(CandleKey.Markets(prefix, exchange, interval), cancel))
            if (KeyEncoding.DecodeLabel(folder, Label) is { } market && filter.IsMatch(new(market, market)))
                markets.Add(market);
        return markets.Count > 0 ? markets : throw new CommandException($"The store has no candles of {exchange} of {CandleIntervals.NameOf(interval)} for these markets.");
    }

    private void Write(CandleComparison comparison, bool json)
    {
        counts[(int)comparison.Verdict]++;
        if (comparison.Verdict == CandleVerdict.Equal)
            return;
        var (interval, verdict) = (CandleIntervals.NameOf(comparison.Series.Interval), comparison.Verdict.ToString().ToLowerInvariant());
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                ts = comparison.StartMicros,
                pair = comparison.Series.Market,
                interval,
                verdict,
                cause = comparison.Cause.Name(),
                comparison.Differences,
                comparison.Explanation,
            }, JsonSerializerOptions.Web));
            return;
        }

        var start = Micros.ToDateTime(comparison.StartMicros).ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture);
        var fields = comparison.Differences.Count > 0 ? $"{string.Join(", ", comparison.Differences)}. " : "";
        Console.WriteLine($"{verdict} ({comparison.Cause.Name()}): {comparison.Series} {start}: {fields}{comparison.Explanation}");
    }
}
