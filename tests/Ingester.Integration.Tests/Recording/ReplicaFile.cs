using System.Text.Json;
using System.Text.Json.Nodes;
using Ingester.Core.Time;
using Ingester.Simulator;

namespace Ingester.Integration.Tests.Recording;

/// <summary>The configuration of a recorder that records all of a simulator.</summary>
internal static class ReplicaFile
{
    /// <summary>Writes the file and returns its path.</summary>
    /// <param name="folder">Where it goes.</param>
    /// <param name="simulator">What is recorded.</param>
    /// <param name="clock">The clock that it shares with the simulator.</param>
    /// <param name="settings">All other settings, by their names.</param>
    /// <param name="elsewhere">The addresses of the exchanges that are reached by another way than the simulator's own.</param>
    public static string Write(string folder, ISimulatedServer simulator, ClockOptions clock, object settings, IReadOnlyDictionary<string, Uri>? elsewhere = null)
    {
        var root = JsonSerializer.SerializeToNode(settings)!.AsObject();
        root["StopTimeout"] ??= "00:02:00"; // a loaded machine may need longer than the default to store what is left
        root["Clock"] = JsonSerializer.SerializeToNode(clock);
        root["Exchanges"] = JsonSerializer.SerializeToNode(simulator.Exchanges.ToDictionary(name => name, name => new
        {
            Markets = new[] { "*" },
            WebSocket = elsewhere?.GetValueOrDefault(name) is { } other ? new UriBuilder(other) { Scheme = "ws" }.Uri.ToString() : simulator.WebSocketAddress(name).ToString(),
            Rest = (elsewhere?.GetValueOrDefault(name) ?? simulator.RestAddress(name)).ToString(),
            DiscoveryInterval = elsewhere?.ContainsKey(name) == true ? "00:00:01" : "00:10:00",
        }));
        var path = Path.Combine(folder, $"{Guid.NewGuid():N}.json");
        File.WriteAllText(path, new JsonObject { ["Ingester"] = root }.ToJsonString());
        return path;
    }
}
