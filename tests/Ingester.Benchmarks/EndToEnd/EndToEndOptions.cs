using Ingester.Demo;

namespace Ingester.Benchmarks.EndToEnd;

/// <summary>The arguments of the end-to-end command.</summary>
internal sealed class EndToEndOptions
{
    /// <summary>The usage text.</summary>
    public static string Usage { get; } = $"""
        e2e YARDSTICKS [--case NAME[,NAME…]] [--runs N] [--recorder FILE[,FILE…]] [--set NAME=VALUE]… [--store DIRECTORY]

          YARDSTICKS   a folder with bin/wsserver, bin/wsclient and data/ (frames.jsonl, frames.idx, markets.txt; cert.pem, key.pem for wss)
          --case       the cases to run, default: all of {string.Join(", ", Case.All.Select(known => known.Name))}
          --runs       number of runs per case, default: 3; medians are printed
          --recorder   builds of ingester.dll that run one after the other, "built" for the one that this program was built with; default: the program,
                       published as the container image runs it (ReadyToRun)
          --set        settings of the recorder
          --store      the directory for the recorder's store; default: in memory (/dev/shm), like a store that answers at once
        """;

    /// <summary>The folder with the sender, the floor and the recorded frames.</summary>
    public required string Yardsticks { get; init; }

    /// <summary>The cases to run.</summary>
    public IReadOnlyList<Case> Cases { get; private set; } = Case.All;

    /// <summary>Number of runs per case.</summary>
    public int Runs { get; private set; } = 3;

    /// <summary>The command that starts each measured recorder; empty for the program as the container image runs it.</summary>
    public IReadOnlyList<string[]> Recorders { get; private set; } = [];

    /// <summary>Settings of the recorder.</summary>
    public List<string> Settings { get; } = [];

    /// <summary>The directory in which the recorder's store is created.</summary>
    public string Store { get; private set; } = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();

    /// <summary>Parses the arguments; null when they are invalid.</summary>
    public static EndToEndOptions? Read(IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0 || arguments.Count % 2 == 0)
            return null;
        var options = new EndToEndOptions { Yardsticks = Path.GetFullPath(arguments[0]) };
        for (var i = 1; i < arguments.Count; i += 2)
            if (!options.Take(arguments[i], arguments[i + 1]))
                return null;
        return options.Cases.Count > 0 && options.Runs > 0 ? options : null;
    }

    /// <summary>Returns the command that starts a build of the program.</summary>
    public static string[] Start(string file) =>
        file == "built" ? [.. ReplicaProcess.OwnCommandLine()] : file.EndsWith(".dll", StringComparison.Ordinal) ? ["dotnet", file] : [file];

    private bool Take(string name, string value)
    {
        switch (name)
        {
            case "--case": Cases = [.. Case.All.Where(known => value.Split(',').Contains(known.Name))]; return true;
            case "--runs": Runs = int.TryParse(value, out var runs) ? runs : 0; return true;
            case "--recorder": Recorders = [.. value.Split(',').Select(Start)]; return true;
            case "--set": Settings.Add(value); return true;
            case "--store": Store = value; return true;
            default: return false;
        }
    }
}
