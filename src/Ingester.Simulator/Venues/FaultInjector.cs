using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Simulator.Faults;
using Ingester.Simulator.Model;
using Ingester.Simulator.Serving;
using Ingester.Simulator.Truth;

namespace Ingester.Simulator.Venues;

/// <summary>Injects faults and logs them. Called under the lock of the exchange.</summary>
internal sealed class FaultInjector(SimulatedExchange venue, Random random)
{
    private const long TenYears = 10L * 365 * 24 * 3_600 * 1_000_000;
    private const int GarbageBytes = 64;

    /// <summary>Injects a fault into one stream.</summary>
    public InjectedFault Inject(SimulatedStream stream, FaultRequest order)
    {
        var time = order.Micros ?? venue.NowMicros + TenYears;
        order = order with { Micros = time - time % venue.Profile.TimeUnitMicros };
        var fault = venue.FaultLog.Add(new()
        {
            Kind = order.Kind,
            Exchange = stream.Id.Exchange,
            Dataset = DatasetNames.Name(stream.Id.Dataset),
            Market = stream.Id.Market,
            Connection = order.Connection,
            Ordered = venue.NowMicros,
            Detail = Describe(stream, order),
        });
        switch (order.Kind)
        {
            case InjectedFaultKind.Garbage: SendGarbage(stream, order); break;
            case InjectedFaultKind.Reset: stream.Market.ResetNumbering(stream.Id.Dataset); break;
            case InjectedFaultKind.Drop or InjectedFaultKind.Repeat or InjectedFaultKind.Reorder or InjectedFaultKind.AbsurdTime or InjectedFaultKind.Mute:
                (stream.Faults ??= new()).Add(order, fault, venue.NowMicros + Micros.From(order.Duration));
                break;
            default: throw new ArgumentException($"{order.Kind} is not a fault of one stream.", nameof(order));
        }

        return fault;
    }

    /// <summary>Cuts connections after their queued frames.</summary>
    public int Cut(long? connection, bool insideFrame)
    {
        var cut = 0;
        foreach (var open in venue.Connections)
        {
            if (open.IsClosed || (connection is { } only && open.Id != only))
                continue;
            open.Cut(insideFrame);
            LogFault(InjectedFaultKind.Cut, open.Id, insideFrame ? "inside a frame" : "between frames");
            cut++;
        }

        return cut;
    }

    /// <summary>Stops the output of one connection for a span; queued frames are sent afterwards.</summary>
    public bool Stall(long connection, TimeSpan span)
    {
        if (venue.Connections.FirstOrDefault(open => open.Id == connection && !open.IsClosed) is not { } stalled)
            return false;
        stalled.StallUntil(venue.DelayAsync(span));
        LogFault(InjectedFaultKind.Stall, connection, $"for {span}");
        return true;
    }

    /// <summary>Announces a shutdown to every client, on exchanges with such a message (Binance: <c>serverShutdown</c>).</summary>
    public bool AnnounceShutdown()
    {
        if (venue.Profile.Protocol != ProtocolKind.BinanceSpot)
            return false;
        var frame = SharedFrame.Text(System.Text.Encoding.ASCII.GetBytes($"{{\"e\":\"serverShutdown\",\"E\":{venue.NowMicros / 1_000}}}"));
        foreach (var connection in venue.Connections)
            connection.TrySend(frame);
        frame.Release();
        return true;
    }

    /// <summary>Logs a fault that does not affect a single stream.</summary>
    public void LogFault(InjectedFaultKind kind, long? connection, string detail) => venue.FaultLog.Add(new()
    {
        Kind = kind,
        Exchange = venue.Profile.Name,
        Connection = connection,
        Ordered = venue.NowMicros,
        Detail = detail,
    });

    /// <summary>Draws whether a fault applies to the next event of a stream.</summary>
    public void InjectRandomly(SimulatedStream stream)
    {
        var rates = venue.Options.Faults;
        var chance = random.NextDouble();
        if (chance >= rates.Total)
            return;
        foreach (var (kind, rate) in new (InjectedFaultKind, double)[]
        {
            (InjectedFaultKind.Drop, rates.Drop), (InjectedFaultKind.Repeat, rates.Repeat), (InjectedFaultKind.Reorder, rates.Reorder), (InjectedFaultKind.Garbage, rates.Garbage),
            (InjectedFaultKind.AbsurdTime, rates.AbsurdTime), (InjectedFaultKind.Reset, rates.Reset), (InjectedFaultKind.Mute, rates.Mute), (InjectedFaultKind.Cut, rates.Cut),
        })
        {
            chance -= rate;
            if (chance >= 0)
                continue;
            if (kind == InjectedFaultKind.Cut)
                CutRandomSubscriber(stream);
            else
                Inject(stream, new(kind) { Duration = rates.MuteDuration, Garbage = (GarbageKind)random.Next(3) });
            return;
        }
    }

    private static string? Describe(SimulatedStream stream, FaultRequest order) => order.Kind switch
    {
        InjectedFaultKind.Garbage => order.Garbage.ToString(),
        InjectedFaultKind.Reset => $"after {stream.Truth.Last}",
        InjectedFaultKind.AbsurdTime => $"{order.Micros}",
        _ => null,
    };

    private void CutRandomSubscriber(SimulatedStream stream)
    {
        var listening = stream.Channels.SelectMany(channel => channel.Subscribers).Where(connection => !connection.IsClosed).ToList();
        if (listening.Count > 0)
            Cut(listening[random.Next(listening.Count)].Id, random.Next(2) == 0);
    }

    private void SendGarbage(SimulatedStream stream, FaultRequest order)
    {
        Span<byte> noise = stackalloc byte[GarbageBytes];
        random.NextBytes(noise);
        var frame = order.Garbage switch
        {
            GarbageKind.Truncated => SharedFrame.Text("{\"stream\":\"garbage@trade\",\"data\":{\"e\":\"tra"u8),
            GarbageKind.Binary => SharedFrame.Binary(noise),
            _ => SharedFrame.Text("{\"type\":\"surprise\",\"channel\":\"surprise\",\"stream\":\"surprise\",\"data\":{\"e\":\"surprise\"}}"u8),
        };
        foreach (var channel in stream.Channels)
            foreach (var connection in channel.Subscribers)
                if (order.Connection is null || order.Connection == connection.Id)
                    connection.TrySend(frame);
        frame.Release();
    }
}
