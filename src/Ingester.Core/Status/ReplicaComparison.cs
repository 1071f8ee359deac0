using System.Globalization;

namespace Ingester.Core.Status;

/// <summary>One exchange as each replica records it, and how the replicas differ.</summary>
/// <param name="Exchange">The exchange.</param>
/// <param name="States">Its state at each recorder, in their order; null for a recorder that does not record it or has not answered.</param>
/// <param name="Differences">What differs, as short texts; empty when the replicas agree.</param>
public sealed record ReplicaComparison(string Exchange, IReadOnlyList<ExchangeState?> States, IReadOnlyList<string> Differences)
{
    private const double MaxRateRatio = 1.5;
    private const double MinComparedRate = 10; // events/s: below, rates differ by chance
    private const int MaxLagRatio = 4; // lags are powers of two
    private const long MinComparedLag = 64; // milliseconds

    /// <summary>Compares the recorders; empty for fewer than two.</summary>
    public static IReadOnlyList<ReplicaComparison> Of(IReadOnlyList<RecorderView> recorders)
    {
        if (recorders.Count < 2)
            return [];
        var names = recorders.SelectMany(recorder => recorder.Status?.Exchanges ?? []).Select(exchange => exchange.Exchange).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        return [.. names.Select(name => Compare(name, recorders))];
    }

    private static ReplicaComparison Compare(string name, IReadOnlyList<RecorderView> recorders)
    {
        var states = recorders.Select(recorder => recorder.Status?.Exchanges.FirstOrDefault(exchange => exchange.Exchange == name)).ToList();
        var known = states.OfType<ExchangeState>().ToList();
        var differences = new List<string>();
        foreach (var (recorder, state) in recorders.Zip(states))
            if (state is null)
                differences.Add(recorder.Status is null ? $"{recorder.Name} has not answered" : $"{recorder.Name} does not record it");
        Add("connections", known.Select(state => (long)state.ConnectionsOpen));
        Add("streams", known.Select(state => (long)state.StreamsConfirmed));
        Add("open gaps", recorders.Zip(states).Where(pair => pair.Second is not null).Select(pair => pair.First.Status!.OpenGaps.LongCount(gap => gap.Exchange == name)));
        var (slow, fast) = (known.Min(state => state.EventsPerSecond), known.Max(state => state.EventsPerSecond));
        if (fast >= MinComparedRate && fast > slow * MaxRateRatio)
            differences.Add(string.Create(CultureInfo.InvariantCulture, $"events/s: {slow:N0} to {fast:N0}"));
        var (least, most) = (known.Min(state => state.LagP99), known.Max(state => state.LagP99));
        if (most >= MinComparedLag && most > least * MaxLagRatio)
            differences.Add(string.Create(CultureInfo.InvariantCulture, $"lag p99: {least} to {most} ms"));
        return new(name, states, differences);

        void Add(string what, IEnumerable<long> values)
        {
            var all = values.ToList();
            if (all.Distinct().Count() > 1)
                differences.Add($"{what}: {string.Join(" / ", all)}");
        }
    }
}
