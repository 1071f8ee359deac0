using Ingester.Core.Raw;
using Ingester.Core.Telemetry;
using Ingester.Storage.Spooling;
using Ingester.Storage.Writing;
using Microsoft.Extensions.Logging;

namespace Ingester.Storage.Uploads;

/// <summary>The events of the upload path, by the part in which they happen. They share one log category.</summary>
internal sealed class StorageEvents(ILogger<StorageEvents> log, IngesterMeter meter)
{
    /// <summary>Events of the objects and journal rows in memory.</summary>
    public UploadEvents Uploads { get; } = new(log, meter);

    /// <summary>Events of requests to the store.</summary>
    public StoreEvents Store { get; } = new(log, meter);

    /// <summary>Events of the spool.</summary>
    public SpoolEvents Spool { get; } = new(log, meter);

    /// <summary>Events of raw capture.</summary>
    public RawEvents Raw { get; } = new(log, meter);
}
