using Ingester.Configuration;
using Ingester.Storage.Stores;
using Ingester.Telemetry.Logs;

namespace Ingester.Hosting;

/// <summary>The first and the last log line of a recorder: its configuration, and whether everything was stored.</summary>
internal sealed partial class ProcessEvents(ILogger<ProcessEvents> log)
{
    /// <summary>A recorder starts.</summary>
    public void Starting(Settings settings) => LogStarting(
        LogIdentity.Version, settings.Replica, settings.Shard.Index, settings.Shard.Count, StoreName(settings.Store),
        settings.Storage.Spool is { } spool ? $"spool {Path.GetFullPath(spool.Directory)}" : "no spool",
        settings.Status.Listen.Length > 0 ? settings.Status.Listen : "nowhere", string.Join(", ", settings.Exchanges.Keys.Order(StringComparer.Ordinal)));

    /// <summary>A recorder has stopped.</summary>
    /// <param name="lost">Number of objects that are neither in the store nor in a spool.</param>
    /// <param name="spooled">Number of objects in the spool.</param>
    public void Ended(int? lost, long spooled)
    {
        if (lost is 0 && spooled == 0)
            LogEnded();
        else if (lost is 0)
            LogEndedSpooled(spooled);
        else
            LogEndedIncomplete(lost ?? 0, spooled);
    }

    private static string StoreName(StoreOptions store) => store.S3 is { } bucket
        ? $"s3://{bucket.Bucket}/{bucket.Prefix}".TrimEnd('/')
        : Path.GetFullPath(store.Directory ?? StoreOptions.DefaultDirectory);

    [LoggerMessage(LogLevel.Information, "Ingester {Version} starts: replica {Replica}, shard {Shard} of {Shards}, store {Store}, {Spool}, status page {Listen}, exchanges {Exchanges}.")]
    private partial void LogStarting(string version, string replica, int shard, int shards, string store, string spool, string listen, string exchanges);

    [LoggerMessage(LogLevel.Information, "The recorder has stopped; everything is stored.")]
    private partial void LogEnded();

    [LoggerMessage(LogLevel.Warning, "The recorder has stopped; {Spooled} objects are in the spool, nothing is lost.")]
    private partial void LogEndedSpooled(long spooled);

    [LoggerMessage(LogLevel.Warning, "The recorder has stopped and not everything is stored: {Lost} objects are lost, {Spooled} are in the spool.")]
    private partial void LogEndedIncomplete(int lost, long spooled);
}
