using Ingester.Core.Markets;
using Ingester.Core.Time;

namespace Ingester.Reading.Windows;

/// <summary>
/// Decides whether the stored windows have the lengths that the settings give for the same times. A scheduled change (<see cref="WindowRule.From"/>)
/// does not conflict with windows of the former length before its hour.
/// </summary>
/// <param name="rules">The rules of the settings.</param>
internal sealed class WindowLengthComparison(IEnumerable<WindowRule> rules)
{
    private readonly IReadOnlyList<WindowRule> rules = [.. rules];
    private readonly Dictionary<StreamId, WindowPlan> plans = [];
    private readonly Dictionary<StreamId, WindowLengthMismatch> mismatches = [];

    /// <summary>The streams with mismatches, each with its latest mismatched window.</summary>
    public IReadOnlyCollection<WindowLengthMismatch> Mismatches => mismatches.Values;

    /// <summary>Adds a window that a replica has stored or reported.</summary>
    public void Add(StreamId stream, Window stored, string? replica)
    {
        if (!plans.TryGetValue(stream, out var plan))
            plans.Add(stream, plan = new(stream, rules));
        var minutes = plan.WindowOf(stored.StartMicros).Minutes;
        if (minutes != stored.Minutes && !(mismatches.TryGetValue(stream, out var known) && known.StoredWindow.StartMicros > stored.StartMicros))
            mismatches[stream] = new(stream, stored, minutes, replica);
    }
}
