using Ingester.Benchmarks.EndToEnd;

namespace Ingester.Benchmarks.Scenarios;

/// <summary>The arguments of all scenarios: <c>YARDSTICKS [--NAME VALUE]…</c>.</summary>
internal sealed class ScenarioOptions
{
    /// <summary>The usage text of the options that all scenarios share.</summary>
    public const string Usage = """
          YARDSTICKS   a folder with data/ (frames.jsonl, frames.idx)
          --recorder   a build of the recorder (ingester.dll), or, for latency and edge, of this program; default: published as the image runs it
          --set        a setting of the recorder; may be repeated
          --store      the directory for the recorder's store; default: in memory (/dev/shm), like a store that answers at once, or on disk if memory is limited
        """;

    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);

    /// <summary>The folder with the recorded frames.</summary>
    public required string Yardsticks { get; init; }

    /// <summary>The command that starts the recorder.</summary>
    public required IReadOnlyList<string> Recorder { get; init; }

    /// <summary>Settings of the recorder.</summary>
    public List<string> Settings { get; } = [];

    /// <summary>The directory in which the recorder's store is created; null for the default.</summary>
    public string? Store { get; private set; }

    /// <summary>The folder with the recorded frames.</summary>
    public string Data => Path.Combine(Yardsticks, "data");

    /// <summary>Returns the value of a numeric option.</summary>
    public int Number(string name) => numbers[name];

    /// <summary>Parses the arguments, and publishes the recorder if none is named. If they are invalid, prints the usage and returns null.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="usage">The usage text of the command.</param>
    /// <param name="publish">Publishes the recorder.</param>
    /// <param name="known">The numeric options of the scenario, with their defaults.</param>
    public static async Task<ScenarioOptions?> ReadAsync(
        IReadOnlyList<string> arguments, string usage, Func<Task<string[]>> publish, params (string Name, int Value)[] known)
    {
        if (arguments.Count > 0 && !arguments[0].StartsWith('-') && !File.Exists(Path.Combine(arguments[0], "data/frames.jsonl")))
        {
            await Console.Error.WriteLineAsync($"There is no data/frames.jsonl in {Path.GetFullPath(arguments[0])}, which must be the folder YARDSTICKS.");
            return null;
        }

        var pairs = arguments.Skip(1).Chunk(2).ToList();
        if (arguments.Count % 2 == 1 && pairs.All(pair => pair[0] is "--recorder" or "--set" or "--store" || (known.Any(number => pair[0] == number.Name) && int.TryParse(pair[1], out _))))
            return await ReadAsync(arguments[0], pairs, publish, known);
        await Console.Error.WriteLineAsync($"{usage}\n\n{Usage}");
        return null;
    }

    private static async Task<ScenarioOptions> ReadAsync(string yardsticks, List<string[]> pairs, Func<Task<string[]>> publish, (string Name, int Value)[] known)
    {
        var recorder = pairs.Find(pair => pair[0] == "--recorder")?[1];
        var options = new ScenarioOptions
        {
            Yardsticks = Path.GetFullPath(yardsticks),
            Recorder = recorder is null ? await publish() : EndToEndOptions.Start(recorder),
        };
        foreach (var (name, value) in known)
            options.numbers[name] = value;
        foreach (var pair in pairs)
            if (pair[0] == "--set")
                options.Settings.Add(pair[1]);
            else if (pair[0] == "--store")
                options.Store = pair[1];
            else if (pair[0] != "--recorder")
                options.numbers[pair[0]] = int.Parse(pair[1]);
        PinnedProcess.StayWithSenders();
        return options;
    }
}
