using System.IO.Enumeration;
using Ingester.Core.Markets;

namespace Ingester.Core.Time;

/// <summary>Determines the window of a timestamp of a stream. All replicas with the same configuration get the same windows.</summary>
internal sealed class WindowPlan
{
    private readonly List<(long FromMicros, int Minutes)> steps = [(long.MinValue, 1)];

    /// <summary>Selects the rules that match a stream; a later rule replaces an earlier one from its hour on.</summary>
    public WindowPlan(StreamId stream, IEnumerable<WindowRule> rules)
    {
        foreach (var rule in rules)
        {
            if (!Fits(rule.Exchange, stream.Exchange) || !Fits(rule.Market, stream.Market))
                continue;
            var from = rule.From is { } hour ? Window.Containing(Micros.From(hour), 60).StartMicros : long.MinValue;
            steps.RemoveAll(step => step.FromMicros >= from);
            steps.Add((from, rule.Minutes));
        }
    }

    /// <summary>The window that contains a timestamp.</summary>
    public Window WindowOf(long micros)
    {
        var index = steps.Count - 1;
        while (index > 0 && micros < steps[index].FromMicros)
            index--;
        return Window.Containing(micros, steps[index].Minutes);
    }

    private static bool Fits(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name);
}
