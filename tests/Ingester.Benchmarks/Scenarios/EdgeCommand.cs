using Ingester.Benchmarks.EndToEnd;

namespace Ingester.Benchmarks.Scenarios;

/// <summary>Measures how much closing all segments at the end of a minute delays the frames that arrive meanwhile.</summary>
internal static class EdgeCommand
{
    private const int Begin = 25; // the second within the minute
    private const int Length = 110; // two edges, the first while code is still being compiled
    private const int Around = 10; // seconds before and after an edge
    private const double MaxDelay = 50_000; // microseconds

    private const string Usage = """
        edge YARDSTICKS [--rate 20000] [--streams 10000]

          Sends --streams streams on 100 connections, each with an event soon after the edge of the minute. Frames contain their due time, so that a delay of
          the sender counts too. In the 10 s after the second edge, no frame may be more than 50 ms later than the usual longest delay (p99.9 of the 10 s
          before). The steal time of these 10 s is printed too; the bound includes it.
        """;

    /// <summary>Runs it; 0 when nothing was lost and the bounds hold.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (await ScenarioOptions.ReadAsync(arguments, Usage, Published.HostAsync, ("--rate", 20_000), ("--streams", 10_000)) is not { } options)
            return 2;
        var (rate, streams) = (options.Number("--rate"), options.Number("--streams"));
        var outcome = await new Scenario
        {
            Options = options,
            Timed = true,
            Feed = new() { Data = options.Data, Markets = streams / 2, Connections = 100, Even = true, StampDue = true, BeginAt = Begin, Paces = [new(rate, Length)] },
        }.RunAsync();
        var verdict = new Verdict();
        verdict.Take(outcome);
        Console.WriteLine("| edge | when | frames | p50 | p99 | p99.9 | longest | stolen by the host from recorder, sender |");
        Console.WriteLine("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        var first = (outcome.Received.Origin / 60 + 1) * 60;
        for (var edge = 0; edge < 2; edge++)
        {
            var at = first + 60 * edge;
            var (before, after) = (outcome.Received.Between(at - Around, at), outcome.Received.Between(at, at + Around));
            Print(edge, "10 s before", before, outcome.Stolen.Between(at - Around, at));
            Print(edge, "10 s after", after, outcome.Stolen.Between(at, at + Around));
            var closed = outcome.Kept.Between(at, at + 60).Count;
            if (edge == 0)
                continue;
            verdict.AtMost("longest delay after the edge above the usual delay, ms", (after.Max - before.Quantile(0.999)) / 1e3, MaxDelay / 1e3);
            verdict.AtLeast("closed segments", closed, streams);
        }

        Console.WriteLine($"\nThe longest delay of the sender was {outcome.SenderLate.TotalMilliseconds:0.0} ms.");
        return verdict.ExitCode;
    }

    private static void Print(int edge, string when, Hosted.Delays delays, (TimeSpan Receiver, TimeSpan Sender)? stolen) => Console.WriteLine(
        $"| {edge + 1} | {when} | {delays.Count} | {delays.Quantile(0.5) / 1e3:0.000} ms | {delays.Quantile(0.99) / 1e3:0.000} ms | {delays.Quantile(0.999) / 1e3:0.000} ms | {delays.Max / 1e3:0.000} ms "
        + (stolen is { } taken ? $"| {taken.Receiver.TotalMilliseconds:0}, {taken.Sender.TotalMilliseconds:0} ms |" : "| unknown |"));
}
