namespace Ingester.Hosting;

/// <summary>Says in the log when more connections are planned than the process may have file descriptors for: once when it begins to be so.</summary>
internal sealed partial class DescriptorWatch(ILogger log, long? limit, long needed)
{
    private bool said;

    /// <summary>Receives how many connections are planned now.</summary>
    public void Look(int connections)
    {
        var all = DescriptorLimit.Needed(needed, connections);
        var tooMany = limit < all;
        if (tooMany && !said)
            LogTooFew(log, connections, all, limit!.Value);
        said = tooMany;
    }

    [LoggerMessage(LogLevel.Error, "{Connections} connections are planned, which need up to {Needed} file descriptors, and this process may open {Limit} (ulimit -n): raise the limit, or connections will fail.")]
    private static partial void LogTooFew(ILogger log, int connections, long needed, long limit);
}
