namespace Ingester.Dashboard.Markets.Panels;

/// <summary>What can happen to the panels of a market.</summary>
internal static partial class PanelEvents
{
    /// <summary>A panel failed because of a bug.</summary>
    [LoggerMessage(Level = LogLevel.Error, Message = "Loading {What} failed.")]
    public static partial void LoadingFailed(ILogger log, Exception bug, string what);
}
