using System.Globalization;
using Ingester.Configuration;
using Ingester.Status;
using Ingester.Storage.Spooling;
using Ingester.Storage.Writing;

namespace Ingester.Hosting;

/// <summary>How many file descriptors the process may open (<c>RLIMIT_NOFILE</c>), and how many it needs.</summary>
internal static class DescriptorLimit
{
    /// <summary>With fewer no command can run: the runtime keeps a descriptor for each library that it loads.</summary>
    private const int Least = 128;

    /// <summary>What the process has open before it connects to anything: libraries, event queues, pipes. Measured 200 to 220 with a directory as the store.</summary>
    private const int Runtime = 300;

    /// <summary>The status page's connections, and sockets that are being closed.</summary>
    private const int Status = StatusPage.MostConnections + 16;

    /// <summary>A connection, and its successor while they rotate.</summary>
    private const int PerConnection = 2;

    /// <summary>REST requests on their way, and dials that race for an address.</summary>
    private const int PerExchange = 16;

    /// <summary>A store worker: a socket to the store, or a file, its directory and its temporary name.</summary>
    private const int PerWorker = 4;

    private const string Advice = "Raise the limit (ulimit -n, LimitNOFILE=, nofile of the container) to 4096 or more.";
    private const string Limits = "/proc/self/limits";
    private const string Name = "Max open files";

    /// <summary>The limit of this process; null where the operating system does not say.</summary>
    public static long? OfThisProcess() => File.Exists(Limits) ? Read(File.ReadAllLines(Limits)) : null;

    /// <summary>Reads the soft limit from lines such as <c>Max open files            1024                 4096                 files</c>; null for none.</summary>
    internal static long? Read(string[] lines)
    {
        foreach (var line in lines)
            if (line.StartsWith(Name, StringComparison.Ordinal))
                return long.TryParse(line[Name.Length..].TrimStart().Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : null;
        return null;
    }

    /// <summary>Why no command can run in this process; null when one can. It is asked before anything is loaded that is not needed to say so.</summary>
    public static string? WhyNothingRuns() => OfThisProcess() is { } limit and < Least
        ? $"This process may open {limit} file descriptors (ulimit -n), and the program needs {Least} to begin. {Advice}"
        : null;

    /// <summary>What a recorder needs besides its connections to exchanges.</summary>
    public static long Base(Settings settings) => Runtime + Status
        + PerExchange * settings.Exchanges.Count
        + PerWorker * (settings.Storage.UploadWorkers + (settings.Storage.Spool?.DrainWorkers ?? 0));

    /// <summary>What it needs with so many connections.</summary>
    public static long Needed(long needed, int connections) => needed + (long)PerConnection * connections;

    /// <summary>Refuses a limit that is too low to begin, before the process fails somewhere in the middle.</summary>
    /// <exception cref="CommandException">The limit is too low; the message says what is needed.</exception>
    public static void Check(Settings settings) => Check(settings, OfThisProcess());

    /// <inheritdoc cref="Check(Settings)"/>
    internal static void Check(Settings settings, long? limit)
    {
        var needed = Needed(Base(settings), settings.Exchanges.Count);
        if (limit < needed)
            throw new CommandException(
                $"This process may open {limit} file descriptors (ulimit -n), and recording {settings.Exchanges.Count} exchange(s) needs at least {needed}: one for every connection, "
                + $"twice while connections rotate, besides those of the store, REST requests and the status page. {Advice}");
    }
}
