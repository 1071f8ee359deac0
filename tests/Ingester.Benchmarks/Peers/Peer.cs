using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Ingester.Benchmarks.EndToEnd;

namespace Ingester.Benchmarks.Peers;

/// <summary>Another recorder, built on a widely used library.</summary>
/// <param name="Name">The name and version of the library.</param>
/// <param name="Sends">Additional arguments of the sender.</param>
/// <param name="Command">Returns the command for a WebSocket address, a REST address and a number of frames.</param>
internal sealed partial record Peer(string Name, IReadOnlyList<string> Sends, Func<string, string, long, IReadOnlyList<string>> Command)
{
    private const string DotNetProject = "tests/Ingester.Benchmarks/Peers/DotNet/PeerRecorder.csproj";
    private const string NodeScript = "tests/Ingester.Benchmarks/Peers/Node/recorder.mjs";
    private const string NodeLibrary = "tardis-dev@13.35.3";

    private const int NodeFrames = 1_000_000; // about half a minute of work; a quarter of it is enough to compile the hot code

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Maximum number of frames.</summary>
    public int Most { get; private init; } = int.MaxValue;

    /// <summary>The .NET client library with System.Text.Json; null, and the reason is printed, if its packages cannot be installed.</summary>
    public static async Task<Peer?> DotNetAsync(string markets, string folder)
    {
        if (!await RunAsync("dotnet", ["build", Path.Combine(Published.Root(), DotNetProject), "-c", "Release", "-o", folder, "--nologo", "-v", "quiet"], folder))
            return null;
        return new(".NET: Websocket.Client 5.5.1, System.Text.Json", ["-w", $"{Sender.Connections}"],
            (socket, _, frames) => ["dotnet", Path.Combine(folder, "peer-recorder.dll"), socket, $"{Sender.Connections}", markets, $"{frames}"]);
    }

    /// <summary>The Node library; null, and the reason is printed, if it cannot be installed.</summary>
    public static async Task<Peer?> NodeAsync(string markets, string folder)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "package.json"), """{"private":true}""");
        if (!await RunAsync("npm", ["install", "--silent", "--no-audit", "--no-fund", NodeLibrary], folder))
            return null;
        return new($"Node: {NodeLibrary}", ["-S", "-w", $"{2 * Sender.Connections}"], // it subscribes to each channel separately, and reports no diff before a snapshot
            (socket, rest, frames) => ["env", "--chdir", folder, "BINANCE_REQUEST_WEIGHT_LIMIT=1000000", "node", "--max-old-space-size=8000",
                Path.Combine(Published.Root(), NodeScript), socket, rest, $"{Sender.Connections}", markets, $"{frames}"])
        { Most = NodeFrames };
    }

    /// <summary>Records all frames once.</summary>
    public async Task<RunCost> MeasureAsync(string yardsticks, Case @case)
    {
        var symbols = await File.ReadAllLinesAsync(Path.Combine(yardsticks, "data/markets.txt"));
        await using var lists = await MarketListServer.StartAsync(symbols);
        using var sender = await Sender.StartAsync(yardsticks, @case with { Frames = Math.Min(@case.Frames, Most) }, Sends);
        var ended = new TaskCompletionSource<Match>(TaskCreationOptions.RunContinuationsAsynchronously);
        var words = new List<string>();
        using var process = PinnedProcess.Start(PinnedProcess.Receiver, Command($"ws://127.0.0.1:{sender.Port}/stream", $"{lists.Address}/api/v3", sender.Frames), line =>
        {
            if (Summary().Match(line) is { Success: true } match)
                ended.TrySetResult(match);
            else if (line.Length > 0)
                words.Add(line);
        });
        try
        {
            var summary = await ended.Task.WaitAsync(Limit);
            double Number(string name) => double.Parse(summary.Groups[name].Value, CultureInfo.InvariantCulture);
            var frames = (long)Number("frames");
            return new()
            {
                Frames = frames - frames / 4,
                ProcessorSeconds = Number("cpu") - Number("warm"),
                Ratio = Number("rows") / Number("packed"),
                PeakMemory = (long)Number("memory"),
                StartSeconds = Number("warm"),
                Fault = frames == sender.Frames ? null : $"{Name} recorded {frames} of {sender.Frames} frames",
            };
        }
        catch (TimeoutException late)
        {
            throw new InvalidOperationException($"{Name} has not recorded everything within {Limit}. {string.Join('\n', words.TakeLast(5))}", late);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    private static async Task<bool> RunAsync(string program, IReadOnlyList<string> arguments, string folder)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, UseShellExecute = false })!;
        var words = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            Console.WriteLine($"{program} {string.Join(' ', arguments)} failed: {words}");
        return process.ExitCode == 0;
    }

    [GeneratedRegex(@"^PEER frames (?<frames>\d+) warm (?<warm>[\d.]+) cpu (?<cpu>[\d.]+) rows (?<rows>\d+) packed (?<packed>\d+) memory (?<memory>\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Summary();
}
