using Ingester.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace Ingester.Core.Raw;

/// <summary>The events of raw capture. Each is logged and counted here, once.</summary>
internal sealed partial class RawEvents(ILogger log, IngesterMeter meter)
{
    private int dropLogged;

    /// <summary>A message was dropped because there is no memory for it. Only the first one is logged until an object is stored.</summary>
    public void Dropped(string exchange)
    {
        meter.RawDropped.Add(1, IngesterMeter.ExchangeTag(exchange));
        if (Interlocked.Exchange(ref dropLogged, 1) == 0)
            LogDropped(log, exchange);
    }

    /// <summary>An object was stored or spooled: there is memory again.</summary>
    public void Stored() => Interlocked.Exchange(ref dropLogged, 0);

    /// <summary>Registers the gauge of the memory in use.</summary>
    public void RegisterGauge(Func<long> heldBytes) =>
        meter.AddGauge("ingester.raw.size", "By", "Bytes of raw capture in memory that are not stored yet.", () => heldBytes());

    [LoggerMessage(LogLevel.Warning, "Raw capture of {Exchange} drops messages: its memory (Raw:MaxMemoryBytes) is full because uploads are too slow or fail. Recording is not affected; the raw files contain the number of dropped messages.")]
    private static partial void LogDropped(ILogger log, string exchange);
}
