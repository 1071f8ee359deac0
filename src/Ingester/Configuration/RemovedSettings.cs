using Ingester.Recording.Configuration;

namespace Ingester.Configuration;

/// <summary>Settings of earlier versions: using one is an error with an explanation.</summary>
internal static class RemovedSettings
{
    private static readonly Dictionary<string, string> Explanations = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Connections:StayAwake"] = "the power state of the machine is not changed any more",
        ["Storage:Codec"] = "libdeflate is used if it is installed, otherwise .NET; set the level with Storage:Compression:Level",
        ["Storage:CompressionLevel"] = "use Storage:Compression:Level",
        ["Segments:Settle"] = "use Segments:ProofLeadTime",
        ["Segments:Hold"] = "use Segments:MaxHoldTime",
        ["Segments:AheadTolerance"] = "use Segments:MaxClockAhead",
        ["Storage:RankDelay"] = "use Storage:ReplicaStagger",
        ["Storage:QueuedSegments"] = "use Storage:MaxQueuedObjects",
        ["Storage:QueuedBytes"] = "use Storage:MaxQueuedBytes",
        ["Storage:Spool:After"] = "use Storage:Spool:StartAfter",
        ["Storage:JournalBytes"] = "it is fixed, because no deployment needs another value",
        ["Storage:JournalPartBytes"] = "it is fixed, because no deployment needs another value",
        ["Storage:RetryDelay"] = "it is fixed, because no deployment needs another value",
        ["Storage:RetryDelayCap"] = "it is fixed, because no deployment needs another value",
        ["Storage:Spool:MemoryShare"] = "it is fixed, because no deployment needs another value",
        ["Connections:Tls"] = ".NET's SslStream is always used",
    };

    /// <summary>Removed settings of an exchange, by their name below <c>Exchanges:NAME</c>.</summary>
    private static readonly Dictionary<string, string> ExchangeExplanations = new(StringComparer.OrdinalIgnoreCase)
    {
        ["LiveBooks"] = "use VerifiedBooks",
    };

    /// <summary>Settings of connections that became internal.</summary>
    private static readonly HashSet<string> InternalConnectionSettings = new(
        SettingNames.InternalSettingsOf(typeof(ConnectionOptions)).Select(property => $"Connections:{property.Name}"), StringComparer.OrdinalIgnoreCase);

    /// <summary>Explains the removal of a setting; null when there never was a setting of this name.</summary>
    /// <param name="path">Its full name, with or without the prefix <c>Ingester:</c>.</param>
    public static string? Explain(string path)
    {
        const string Prefix = SettingNames.Root + ":";
        var name = path.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? path[Prefix.Length..] : path;
        if (name.Split(':') is [var section, _, var setting] && section.Equals("Exchanges", StringComparison.OrdinalIgnoreCase))
            return ExchangeExplanations.GetValueOrDefault(setting);
        return Explanations.GetValueOrDefault(name) ?? (InternalConnectionSettings.Contains(name) ? "it became internal, and its default applies" : null);
    }
}
