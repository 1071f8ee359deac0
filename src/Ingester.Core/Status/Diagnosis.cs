using System.Globalization;

namespace Ingester.Core.Status;

/// <summary>Whether anything is wrong with the recorders, and what.</summary>
/// <param name="Sentence">One sentence for the first look.</param>
/// <param name="Problems">Every problem as a sentence that begins with the replica's name; empty when nothing is wrong.</param>
public sealed record Diagnosis(string Sentence, IReadOnlyList<string> Problems)
{
    private const double HighBudget = 0.9;

    /// <summary>True when there is a problem.</summary>
    public bool IsWrong => Problems.Count > 0;

    /// <summary>Finds the problems of some recorders.</summary>
    public static Diagnosis Of(IReadOnlyList<RecorderView> recorders)
    {
        if (recorders.Count == 0)
            return new("No recorder is given with --recorders: only the store can be shown.", []);
        if (recorders.All(recorder => recorder is { Status: null, Fault: null }))
            return new(recorders.Count == 1 ? "The recorder has not answered yet." : "The recorders have not answered yet.", []);
        var problems = recorders.SelectMany(Problem).ToList();
        return new(problems.Count switch { 0 => Fine(recorders), 1 => problems[0], _ => $"{problems.Count} things are wrong. First: {problems[0]}" }, problems);
    }

    private static string Fine(IReadOnlyList<RecorderView> recorders)
    {
        var exchanges = recorders.SelectMany(recorder => recorder.Status?.Exchanges ?? []).ToList();
        var streams = exchanges.Sum(exchange => exchange.StreamsConfirmed);
        var names = exchanges.Select(exchange => exchange.Exchange).Distinct(StringComparer.Ordinal).Count();
        return string.Create(CultureInfo.InvariantCulture,
            $"Nothing is wrong: {Number(recorders.Count, "recorder")} with {Number(streams, "stream")} of {Number(names, "exchange")}, {exchanges.Sum(exchange => exchange.EventsPerSecond):N0} events/s.");
    }

    private static IEnumerable<string> Problem(RecorderView recorder)
    {
        if (recorder.Fault is { } fault)
            yield return fault;
        if (recorder.Status is not { } status || recorder.Fault is not null)
            yield break;
        var (name, replica) = ($"Replica {recorder.Name}:", status.Replica);
        if ((replica.Dead ?? replica.NotReady) is { } reason)
            yield return $"{name} {reason}";
        else if (replica.StoreReason is { } store)
            yield return $"{name} the store fails: {store}";
        if (replica.WindowMismatch is { } mismatch)
            yield return $"{name} {mismatch}";
        if (replica.SpoolCorrupt > 0)
            yield return $"{name} {Number(replica.SpoolCorrupt, "damaged spool file")} moved aside.";
        if (status.OpenGaps.ToList() is { Count: > 0 } gaps)
            yield return $"{name} {Number(gaps.Count + replica.GapsNotListed, "open gap")}, the first in {gaps[0].Dataset} of {gaps[0].Exchange} {gaps[0].Pair} (cause {gaps[0].Cause}).";
        foreach (var exchange in status.Exchanges)
        {
            if (exchange.StreamsStalled > 0)
                yield return $"{name} {Number(exchange.StreamsStalled, "stream")} of {exchange.Exchange} silent for much longer than usual.";
            if (exchange.BudgetUsed >= HighBudget)
                yield return string.Create(CultureInfo.InvariantCulture, $"{name} {exchange.BudgetUsed * 100:0} % of the request budget of {exchange.Exchange} is used.");
        }
    }

    private static string Number(long count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {noun}{(count == 1 ? "" : "s")}");
}
