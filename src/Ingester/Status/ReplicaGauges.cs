using System.Diagnostics.Metrics;
using Ingester.Core.Telemetry;
using Ingester.Core.Time;
using Ingester.Recording.Lanes;
using Ingester.Recording.Planning;
using Ingester.Recording.Rest;

namespace Ingester.Status;

/// <summary>The observable metrics of a replica.</summary>
internal static class ReplicaGauges
{
    /// <summary>Registers the gauges.</summary>
    /// <param name="state">The state of the replica.</param>
    /// <param name="servers">The clock skew of REST servers.</param>
    /// <param name="hosts">The REST server of each exchange.</param>
    /// <param name="clock">The replica's clock.</param>
    public static void Register(RecorderState state, ClockSkewHandler servers, IReadOnlyDictionary<string, string> hosts, TimeProvider clock)
    {
        var meter = state.Meter;
        meter.AddGauge("ingester.replica.heartbeat", "{beat}", "1 while the loop that closes windows runs; 0 when it hangs; no value when the process is dead.",
            () => state.TimeSinceTick > RecorderStatus.MaxTickAge ? 0 : 1);
        meter.AddGauge("ingester.clock.skew", "s", "Offset of the machine's clock from the clocks of servers: the median over their answers.",
            () => servers.Skew is { } skew ? [new Measurement<double>(skew)] : []);
        meter.AddGauge("ingester.exchange.skew", "s", "Offset of an exchange's clock from the machine's clock, computed from its REST answers to half a second; negative when it is behind.",
            () => hosts.Where(host => servers.OffsetOf(host.Value) is not null)
                .Select(host => new Measurement<double>(servers.OffsetOf(host.Value)!.Value, IngesterMeter.ExchangeTag(host.Key))));
        meter.AddGauge("ingester.receive.lag", "s", "Delay from the exchange's time to receipt, over the last full minute, by kind: p50, p99; of the worst connection.",
            () => MeasureLag(state.Lanes, clock));
        Exchanges("ingester.connections.open", "{connection}", "Connections that are open.", exchange => exchange.ConnectionsOpen);
        Exchanges("ingester.connections.desired", "{connection}", "Connections that are planned.", exchange => exchange.ConnectionsWanted);
        Exchanges("ingester.streams.desired", "{stream}", "Streams that are planned.", exchange => exchange.StreamsWanted);
        Exchanges("ingester.streams.unconfirmed", "{stream}", "Planned streams that the exchange has not confirmed, except those that it refuses while their market is halted: nothing of them is recorded.",
            exchange => exchange.StreamsWanted - exchange.StreamsSubscribed - exchange.StreamsFailedHalted);
        Exchanges("ingester.snapshots.pending", "{snapshot}", "Snapshots that are due and not being fetched yet.", exchange => exchange.BooksDue);
        Exchanges("ingester.rate_limit.utilization", "1", "Share of its request budget that the address had used when the exchange last reported it.", exchange => exchange.RequestsSpent);

        void Exchanges(string name, string unit, string description, Func<ExchangeStatus, double> value) => meter.AddGauge(name, unit, description,
            () => state.Exchanges.Select(exchange => new Measurement<double>(value(exchange), IngesterMeter.ExchangeTag(exchange.Exchange))));
    }

    /// <summary>Registers the gauge of the live stream.</summary>
    /// <param name="meter">The meter.</param>
    /// <param name="clients">The number of clients; zero when the live stream is not enabled.</param>
    public static void RegisterLive(IngesterMeter meter, Func<int> clients) =>
        meter.AddGauge("ingester.live.clients", "{client}", "Clients of the live stream.", () => clients());

    private static IEnumerable<Measurement<double>> MeasureLag(IEnumerable<Lane> lanes, TimeProvider clock)
    {
        var minute = Window.Containing(Micros.Now(clock) - Window.MicrosPerMinute, 1);
        foreach (var exchange in lanes.GroupBy(lane => lane.ExchangeName))
        {
            var heard = exchange.Select(lane => lane.QualityOf(minute)).ToList();
            yield return new(heard.Max(one => one.LagP50) / 1000.0, IngesterMeter.ExchangeTag(exchange.Key), IngesterMeter.KindTag("p50"));
            yield return new(heard.Max(one => one.LagP99) / 1000.0, IngesterMeter.ExchangeTag(exchange.Key), IngesterMeter.KindTag("p99"));
        }
    }
}
