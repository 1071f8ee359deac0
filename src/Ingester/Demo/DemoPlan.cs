using System.Text.Json;
using Ingester.Core.Time;
using Ingester.Simulator;

namespace Ingester.Demo;

/// <summary>The parameters of a demo run.</summary>
internal sealed record DemoPlan
{
    /// <summary>Speed of the simulated clock relative to real time: a window closes every two seconds.</summary>
    public const double ClockRate = 30;

    /// <summary>Directory for objects and logs.</summary>
    public required string Folder { get; init; }

    /// <summary>Duration of sending, in real seconds.</summary>
    public required int Seconds { get; init; }

    /// <summary>True to record until a signal instead of ending after <see cref="Seconds"/>; then the store is not compared. Default: false.</summary>
    public bool Stays { get; init; }

    /// <summary>Number of markets per exchange.</summary>
    public int Markets { get; init; } = 8;

    /// <summary>Events per real second and exchange.</summary>
    public double EventsPerSecond { get; init; } = 300;

    /// <summary>The clock that the simulator and both replicas share.</summary>
    public ClockOptions Clock { get; } = new() { Epoch = TimeProvider.System.GetUtcNow(), Rate = ClockRate };

    /// <summary>Writes the configuration of both replicas and returns the file's path.</summary>
    public string WriteConfiguration(ExchangeSimulator simulator)
    {
        Directory.CreateDirectory(Folder);
        var exchanges = simulator.Exchanges.ToDictionary(name => name, name => new
        {
            Markets = new[] { "*" },
            WebSocket = simulator.WebSocketAddress(name).ToString(),
            Rest = simulator.RestAddress(name).ToString(),
            RepairDelay = "00:00:01",
        });
        var path = Path.Combine(Folder, "replicas.json");
        File.WriteAllText(path, JsonSerializer.Serialize(new
        {
            Ingester = new
            {
                Replicas = new[] { "a", "b" },
                Clock,
                Live = new { Enabled = true }, // for the dashboard; only this machine may read it
                Store = new { Directory = Path.GetFullPath(Path.Combine(Folder, "store")) },
                Storage = new { ReplicaStagger = "00:00:20", UploadSpread = "00:00:05" },
                Exchanges = exchanges,
            },
        }));
        return path;
    }
}
