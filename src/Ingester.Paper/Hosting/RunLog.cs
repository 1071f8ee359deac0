using Microsoft.Extensions.Logging;

namespace Ingester.Paper.Hosting;

/// <summary>What is logged about connections.</summary>
internal static partial class RunLog
{
    /// <summary>The state of a connection has changed.</summary>
    [LoggerMessage(Level = LogLevel.Information, Message = "{Sentence}")]
    public static partial void Connection(ILogger log, string sentence);
}
