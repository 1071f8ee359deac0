using Ingester.Core.Telemetry;
using Ingester.Recording.Backfill;
using Ingester.Recording.Rest;
using Ingester.Recording.Sessions;
using Ingester.Recording.Snapshots;
using Microsoft.Extensions.Logging;

namespace Ingester.Recording.Planning;

/// <summary>The events of everything that records an exchange, each in the log category of its type.</summary>
internal sealed class RecorderEvents(IngesterMeter meter, ILoggerFactory loggers)
{
    /// <summary>Events of market lists, plans and restarts.</summary>
    public PlanningEvents Planning { get; } = new(meter, loggers.CreateLogger<PlanningEvents>());

    /// <summary>Events of connections.</summary>
    public ConnectionEvents Connections { get; } = new(meter, loggers.CreateLogger<ConnectionEvents>());

    /// <summary>Events of REST requests.</summary>
    public RestEvents Rest { get; } = new(loggers.CreateLogger<RestEvents>());

    /// <summary>Events of fetched snapshots.</summary>
    public SnapshotEvents Snapshots { get; } = new(meter, loggers.CreateLogger<SnapshotEvents>());

    /// <summary>Events of the backfill of gaps in trades.</summary>
    public BackfillEvents Backfill { get; } = new(meter, loggers.CreateLogger<BackfillEvents>());
}
