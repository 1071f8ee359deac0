using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Ingester.Core.Time;
using Ingester.Demo;
using Ingester.Simulator;

namespace Ingester.Integration.Tests.Documentation;

/// <summary>
/// The commands that the pages show are run as they are written, with the built program as <c>ingester</c>, against the simulator on the day that the pages use as
/// their example. Those that cannot run here are listed, each with its reason.
/// </summary>
public sealed partial class DocumentationTests(MotoServer emulator) : IDisposable
{
    private const string FromSource = "dotnet run --project src/Ingester -c Release --";
    private static readonly string[] Pages = ["README.md", "CONTRIBUTING.md", "docs/install.md", "docs/layout.md", "docs/reading.md", "docs/candles.md", "docs/operations.md", "docs/regions.md"];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>What begins so is not run here, and why.</summary>
    private static readonly (string Beginning, string Reason)[] Elsewhere =
    [
        ("docker ", "needs a Docker daemon"),
        ("RECORD=real docker ", "needs a Docker daemon"),
        ("aws ", "needs an account of AWS"),
        ("diff <(aws ", "needs an account of AWS"),
        ("list() { aws ", "needs an account of AWS"),
        ("comm -23 <(list ", "needs an account of AWS"),
        ("curl -s http://127.0.0.1:8081/metrics ", "needs the containers of compose"),
        ("dotnet restore ", "is done before the tests"),
        ("dotnet build ", "is done before the tests"),
        ("dotnet format ", "takes minutes"),
        ("ingester simulate", "runs until it is stopped; CommandTests run it"),
        ("dotnet pack ", "builds the solution again, for minutes"),
        ("dotnet publish ", "builds the solution again, for minutes"),
        ("dotnet tool ", "needs what dotnet pack makes, and changes the user's home"),
        ("dotnet test ", "is what runs this"),
        ("dotnet run -c Release --project tests/Ingester.Benchmarks ", "takes minutes"),
        ("tests/mutate.sh", "takes minutes"),
        ("python3 tests/corpus_compare.py", "needs two builds"),
        ("python3 tests/faults.py", "needs published builds"),
        ("INGESTER_EXPORT_MOMENTS=", "takes minutes"),
        ("INGESTER_DERIVE_SEEDS=", "takes minutes"),
        ("INGESTER_DERIVE_CORPUS=", "takes minutes"),
        ("INGESTER_DATABASE_OUTAGE=", "takes minutes"),
        ("/usr/bin/python3 tests/python_page.py", "needs an exported day"),
        ("ln -s /opt", "needs root"),
        ("mkdir -p /etc", "needs root"),
        ("cp deploy/systemd", "needs root"),
        ("systemctl ", "needs systemd"),
        ("journalctl ", "needs systemd"),
        ("ingester-dashboard ", "runs until it is stopped; DashboardHostTests start it"),
        ("dotnet dashboard/", "runs until it is stopped; DashboardHostTests start it"),
        ("ingester demo", "CommandTests.Demo_verifies_the_stored_objects runs it"),
    ];

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-docs-").FullName;

    private static string Repository => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", ".."));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Every_command_of_the_documentation_runs_as_written()
    {
        string[] words = ["ingester", "dotnet", "curl", .. Elsewhere.Select(entry => entry.Beginning.Split(' ')[0])];
        var commands = Pages.SelectMany(page => MarkdownCommand.Of(Path.Combine(Repository, page), words))
            .Select(command => command with { Text = command.Text.Replace(FromSource, "ingester", StringComparison.Ordinal) }).ToList();
        var here = commands.Where(command => Reason(command.Text) is null).ToList();
        Assert.True(here.Count >= 12, $"Only {here.Count} commands were found.");
        Assert.All(Elsewhere, entry => Assert.Contains(commands, command => command.Text.StartsWith(entry.Beginning, StringComparison.Ordinal)));

        var now = TimeProvider.System.GetUtcNow();
        var clock = new ClockOptions { Epoch = now, Rate = 30, Offset = new DateTimeOffset(2026, 11, 20, 10, 5, 0, TimeSpan.Zero) - now };
        await using var simulator = await ExchangeSimulator.StartAsync(new() { Markets = 4, EventsPerSecond = 50 }, SimulatedClock.Create(clock));
        var surroundings = await SurroundAsync(simulator, clock);
        var failed = new List<string>();
        var records = here.Where(command => command.Text.StartsWith("ingester record", StringComparison.Ordinal)).ToList(); // first: the others read what they store
        foreach (var command in records.Concat(here.Except(records)).DistinctBy(command => command.Text))
            if (await RunAsync(Adapted(command.Text, simulator), surroundings) is { } wrong)
                failed.Add($"{command.Page}: {command.Text}\n{wrong}");
        Assert.True(failed.Count == 0, string.Join("\n\n", failed));
    }

    private static string? Reason(string command) => Elsewhere.FirstOrDefault(entry => command.StartsWith(entry.Beginning, StringComparison.Ordinal)).Reason;

    /// <summary>The command with the addresses that the simulator and the recorders have here.</summary>
    private static string Adapted(string command, ExchangeSimulator simulator)
    {
        command = command.Replace("127.0.0.1:9700", $"127.0.0.1:{simulator.Port}", StringComparison.Ordinal);
        if (command.StartsWith("ingester markets ", StringComparison.Ordinal))
            command += $" --rest {simulator.RestAddress(command.Split(' ')[2])}";
        return StatusAddress().Replace(command, _ => $"127.0.0.1:{ReplicaProcess.FreePort()}");
    }

    private async Task<Dictionary<string, string>> SurroundAsync(ExchangeSimulator simulator, ClockOptions clock)
    {
        var shim = Path.Combine(folder, "bin", "ingester");
        Directory.CreateDirectory(Path.GetDirectoryName(shim)!);
        await File.WriteAllTextAsync(shim, $"#!/bin/sh\nexec {string.Join(' ', ReplicaProcess.OwnCommandLine().Select(part => $"'{part}'"))} \"$@\"\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(shim, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = $"{Path.GetDirectoryName(shim)}:{Environment.GetEnvironmentVariable("PATH")}",
            ["INGESTER__CLOCK__EPOCH"] = clock.Epoch!.Value.ToString("O", CultureInfo.InvariantCulture),
            ["INGESTER__CLOCK__RATE"] = clock.Rate.ToString(CultureInfo.InvariantCulture),
            ["INGESTER__CLOCK__OFFSET"] = clock.Offset.ToString("c"),
            ["INGESTER__STATUS__LISTEN"] = $"http://127.0.0.1:{ReplicaProcess.FreePort()}",
        };
        foreach (var exchange in simulator.Exchanges)
        {
            variables[$"INGESTER__EXCHANGES__{exchange}__REST"] = simulator.RestAddress(exchange).ToString();
            variables[$"INGESTER__EXCHANGES__{exchange}__WEBSOCKET"] = simulator.WebSocketAddress(exchange).ToString();
        }

        return variables;
    }

    /// <summary>Runs a command; null when it did what its page says, else what went wrong.</summary>
    private async Task<string?> RunAsync(string command, Dictionary<string, string> surroundings)
    {
        var start = new ProcessStartInfo("bash", ["-c", command]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = folder };
        foreach (var (name, value) in surroundings)
            start.Environment[name] = value;
        var records = command.StartsWith("ingester record", StringComparison.Ordinal);
        if (records)
            ChooseOnly(command, start);
        if (command.Contains("s3://", StringComparison.Ordinal))
            await UseEmulatorAsync(start);
        using var process = Process.Start(start)!;
        var (output, error) = (new StringWriter(), process.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                await output.WriteLineAsync(line);
                if (records && line.Contains("\"event\":\"Ready\"", StringComparison.Ordinal))
                    await EndAsync(process.Id, limit.Token);
            }

            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return $"not done after {Patience}\n{output}";
        }

        var said = await error;
        // 1 and 3 are answers: of an hour of which minutes were recorded, most are missing. 2 is a command line that is wrong.
        var good = records ? process.ExitCode == 0 && output.ToString().Contains("\"event\":\"Ready\"", StringComparison.Ordinal)
            : (process.ExitCode is 0 or 1 or 3 || said.Contains("The store holds no", StringComparison.Ordinal)) && !said.Contains("See: ingester", StringComparison.Ordinal) && !said.Contains("Unhandled exception", StringComparison.Ordinal);
        return good ? null : $"exit code {process.ExitCode}\n{said}\n{output}";
    }

    /// <summary>A recorder records only exchanges that its command names; the addresses of others in the environment are choices without markets.</summary>
    private static void ChooseOnly(string command, ProcessStartInfo start)
    {
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("INGESTER__EXCHANGES__", StringComparison.Ordinal)).ToList())
            if (!command.Contains($"{name.Split("__")[2]}=", StringComparison.Ordinal))
                start.Environment.Remove(name);
    }

    private async Task UseEmulatorAsync(ProcessStartInfo start)
    {
        var bucket = BucketName().Match(start.ArgumentList[1]).Groups[1].Value;
        using var client = new Amazon.S3.AmazonS3Client(new Amazon.S3.AmazonS3Config { ServiceURL = emulator.Url.ToString(), ForcePathStyle = true });
        await client.PutBucketAsync(bucket);
        start.Environment["INGESTER__STORE__S3__SERVICEURL"] = emulator.Url.ToString();
        start.Environment["INGESTER__STORE__S3__FORCEPATHSTYLE"] = "true";
    }

    private static async Task EndAsync(int process, CancellationToken cancel)
    {
        using var kill = Process.Start("kill", ["-TERM", process.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(cancel);
    }

    private static string Here([CallerFilePath] string path = "") => path;

    [GeneratedRegex(@"127\.0\.0\.1:80\d\d")]
    private static partial Regex StatusAddress();

    [GeneratedRegex("s3://([a-z0-9-]+)")]
    private static partial Regex BucketName();
}
