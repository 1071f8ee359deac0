using System.Text.Json;
using System.Text.Json.Nodes;
using Ingester.Core.Segments;
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
    public static string Write(string folder, ExchangeSimulator simulator, ClockOptions clock, object settings)
    {
        var root = JsonSerializer.SerializeToNode(settings)!.AsObject();
        root["Clock"] = JsonSerializer.SerializeToNode(clock);
        root["Exchanges"] = JsonSerializer.SerializeToNode(simulator.Exchanges.ToDictionary(name => name, name => new
        {
            Markets = new[] { "*" },
            WebSocket = simulator.Sockets(name).ToString(),
            Rest = simulator.Rest(name).ToString(),
        }));
        var path = Path.Combine(folder, $"{Guid.NewGuid():N}.json");
        File.WriteAllText(path, new JsonObject { ["Ingester"] = root }.ToJsonString());
        return path;
    }
}
