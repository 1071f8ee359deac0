namespace Ingester.Hosting;

/// <summary>Logs an error when more connections are planned than the limit of file descriptors allows; once per transition.</summary>
internal sealed partial class DescriptorLimitMonitor(ILogger log, long? limit, long needed)
{
    private bool isLogged;

    /// <summary>Updates the number of planned connections.</summary>
    public void Update(int connections)
    {
        var all = DescriptorLimit.RequiredFor(needed, connections);
        var tooMany = limit < all;
        if (tooMany && !isLogged)
            LogTooFew(log, connections, all, limit!.Value);
        isLogged = tooMany;
    }

    [LoggerMessage(LogLevel.Error, "{Connections} connections are planned and need up to {Needed} file descriptors, but the limit is {Limit} (ulimit -n). Raise the limit, or connections will fail.")]
    private static partial void LogTooFew(ILogger log, int connections, long needed, long limit);
}
