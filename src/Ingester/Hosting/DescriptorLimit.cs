using System.Globalization;
using Ingester.Configuration;
using Ingester.Errors;
using Ingester.Status;

namespace Ingester.Hosting;

/// <summary>The limit of open file descriptors of the process (<c>RLIMIT_NOFILE</c>), and the number that a recorder requires.</summary>
internal static class DescriptorLimit
{
    /// <summary>The minimum for any command: the runtime keeps a descriptor open for each loaded library.</summary>
    private const int MinimumLimit = 128;

    /// <summary>
    /// Descriptors that are open before the first connection: libraries, event queues, pipes. Measured: 200 to 220 with a directory as the store.
    /// </summary>
    private const int ReservedForRuntime = 300;

    /// <summary>Connections of the status page, and sockets that are being closed.</summary>
    private const int ReservedForStatusPage = StatusEndpoints.MaxConnections + 16;

    /// <summary>A connection and its successor during a rotation.</summary>
    private const int PerConnection = 2;

    /// <summary>Open REST requests, and connection attempts that race for an address.</summary>
    private const int PerExchange = 16;

    /// <summary>One store worker: a socket to the store, or a file, its directory and its temporary file.</summary>
    private const int PerWorker = 4;

    private const string Advice = "Raise the limit (ulimit -n, LimitNOFILE=, nofile of the container) to 4096 or more.";
    private const string LimitsFile = "/proc/self/limits";
    private const string LimitName = "Max open files";

    /// <summary>The limit of this process; null where the kernel does not report one.</summary>
    public static long? ReadProcessLimit() => File.Exists(LimitsFile) ? ParseLimit(File.ReadAllLines(LimitsFile)) : null;

    /// <summary>
    /// Parses the soft limit from lines such as <c>Max open files            1024                 4096                 files</c>; null for none.
    /// </summary>
    internal static long? ParseLimit(string[] lines)
    {
        foreach (var line in lines)
            if (line.StartsWith(LimitName, StringComparison.Ordinal))
                return long.TryParse(line[LimitName.Length..].TrimStart().Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : null;
        return null;
    }

    /// <summary>
    /// Returns why no command can run in this process; null if commands can run. Called before any library is loaded that is not needed to print the
    /// message.
    /// </summary>
    public static string? FindStartupError() => ReadProcessLimit() is { } limit and < MinimumLimit
        ? $"The limit of open files is {limit} (ulimit -n); the program needs at least {MinimumLimit} to start. {Advice}"
        : null;

    /// <summary>The requirement of a recorder without its connections to exchanges.</summary>
    public static long RequiredBase(Settings settings) => ReservedForRuntime + ReservedForStatusPage
        + PerExchange * settings.Exchanges.Count
        + PerWorker * (settings.Storage.UploadWorkers + (settings.Storage.Spool?.DrainWorkers ?? 0));

    /// <summary>The requirement including <paramref name="connections"/>.</summary>
    public static long RequiredFor(long needed, int connections) => needed + (long)PerConnection * connections;

    /// <summary>Fails at start when the limit is too low, instead of at some later allocation.</summary>
    /// <exception cref="CommandException">The limit is too low; the message contains the requirement.</exception>
    public static void RequireSufficient(Settings settings) => RequireSufficient(settings, ReadProcessLimit());

    /// <inheritdoc cref="RequireSufficient(Settings)"/>
    internal static void RequireSufficient(Settings settings, long? limit)
    {
        var needed = RequiredFor(RequiredBase(settings), settings.Exchanges.Count);
        if (limit < needed)
            throw new CommandException(
                $"The limit of open files is {limit} (ulimit -n); recording {settings.Exchanges.Count} exchange(s) needs at least {needed}: one per connection, "
                + $"two while a connection is rotated, plus those of the store, REST requests and the status page. {Advice}");
    }
}
