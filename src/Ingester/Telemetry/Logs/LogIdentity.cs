using System.Reflection;

namespace Ingester.Telemetry.Logs;

/// <summary>The identity of the process in log lines.</summary>
/// <param name="Replica">The replica's name.</param>
/// <param name="Shard">The shard of the markets that it records, from 0.</param>
internal sealed record LogIdentity(string Replica, int Shard)
{
    /// <summary>The version of the program, with the commit if it is known.</summary>
    public static string Version { get; } =
        typeof(LogIdentity).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
