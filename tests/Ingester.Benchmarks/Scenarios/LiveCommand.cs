using Ingester.Benchmarks.EndToEnd;

namespace Ingester.Benchmarks.Scenarios;

/// <summary>Measures whether clients of the live stream delay recording: from the send of a frame to its row, without and with clients.</summary>
internal static class LiveCommand
{
    private const int Warm = 15; // seconds
    private const double MaxRise = 1.2;

    private const string Usage = """
        live YARDSTICKS [--rate 5000] [--seconds 45] [--clients 100] [--rounds 3]

          1,000 streams on 50 connections, without clients and with --clients clients of all streams, one of which never reads: in turn, --rounds times. Nothing
          is lost, the clients that read miss nothing, and the median of the p99 from the send of a frame to its row rises by less than 20 %.
        """;

    /// <summary>Runs it; 0 when nothing was lost and the bound holds.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (await ScenarioOptions.ReadAsync(arguments, Usage, Published.HostAsync, ("--rate", 5_000), ("--seconds", 45), ("--clients", 100), ("--rounds", 3)) is not { } options)
            return 2;
        options.Settings.Add("Ingester:Live:Enabled=true");
        var verdict = new Verdict();
        Console.WriteLine("| clients | frames | p50 | p99 | p99.9 | CPU s per million frames | rows received | rows missed by clients that read |");
        Console.WriteLine("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        var (alone, listened) = (new List<double>(), new List<double>());
        for (var round = 0; round < options.Number("--rounds"); round++)
        {
            alone.Add(await MeasureAsync(options, 0, verdict));
            listened.Add(await MeasureAsync(options, options.Number("--clients"), verdict));
        }

        verdict.AtMost("p99 with clients, × without", Median(listened) / Median(alone), MaxRise);
        return verdict.ExitCode;
    }

    private static async Task<double> MeasureAsync(ScenarioOptions options, int count, Verdict verdict)
    {
        LiveClients? clients = null;
        var outcome = await new Scenario
        {
            Options = options,
            Timed = true,
            Feed = new() { Data = options.Data, Markets = 500, Connections = 50, Paces = [new(options.Number("--rate"), options.Number("--seconds"))] },
            Attach = (recorder, _) => clients = count == 0 ? null : new(recorder, count),
        }.RunAsync();
        verdict.Take(outcome);
        var delays = outcome.Received.Between(outcome.Received.Origin + Warm, long.MaxValue);
        var cost = new Piece(outcome.After(Warm), outcome.Samples[^1]).PerMillion;
        Console.WriteLine($"| {count} | {delays.Count} | {delays.Quantile(0.5) / 1e3:0.000} ms | {delays.Quantile(0.99) / 1e3:0.000} ms | {delays.Quantile(0.999) / 1e3:0.000} ms | {cost:0.0} | "
            + $"{clients?.Received ?? 0} | {clients?.Missed ?? 0} |");
        if (clients is not null)
        {
            verdict.AtMost("rows missed by clients that read", clients.Missed, 0);
            verdict.AtLeast("rows received by clients that read", clients.Received, outcome.Sent * (count - 1));
        }

        return delays.Quantile(0.99);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
