namespace Ingester.Configuration;

/// <summary>Settings of earlier versions: naming one is an error that says what became of it.</summary>
internal static class RemovedSettings
{
    private static readonly Dictionary<string, string> Fates = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Connections:StayAwake"] = "this program leaves the power state of the machine alone",
        ["Storage:Codec"] = "rows are compressed by libdeflate where the machine has it, else by .NET; Storage:Compression:Level chooses the level",
        ["Storage:CompressionLevel"] = "it is Storage:Compression:Level now",
        ["Connections:Tls"] = "TLS is always .NET's SslStream",
    };

    /// <summary>What became of a setting; null when there never was one of that name.</summary>
    /// <param name="path">Its full name, with or without the prefix <c>Ingester:</c>.</param>
    public static string? Fate(string path)
    {
        const string Prefix = SettingNames.Root + ":";
        var name = path.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? path[Prefix.Length..] : path;
        return Fates.GetValueOrDefault(name);
    }
}
