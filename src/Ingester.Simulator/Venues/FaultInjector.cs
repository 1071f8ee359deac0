using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Simulator.Faults;
using Ingester.Simulator.Model;
using Ingester.Simulator.Serving;
using Ingester.Simulator.Truth;

namespace Ingester.Simulator.Venues;

/// <summary>Injects faults and logs them. Called under the lock of the exchange.</summary>
internal sealed class FaultInjector(Venue venue, Random random)
{
    private const long TenYears = 10L * 365 * 24 * 3_600 * 1_000_000;
    private const int GarbageLength = 64;

    /// <summary>Injects a fault into one stream.</summary>
    public InjectedFault Inject(SimulatedStream stream, FaultOrder order)
    {
        var time = order.Micros ?? venue.Now + TenYears;
        order = order with { Micros = time - time % venue.Facts.TimeUnit };
        var fault = venue.Journal.Add(new()
        {
            Kind = order.Kind,
            Exchange = stream.Id.Exchange,
            Dataset = DatasetNames.Name(stream.Id.Dataset),
            Market = stream.Id.Market,
            Connection = order.Connection,
            Ordered = venue.Now,
            Detail = Describe(stream, order),
        });
        switch (order.Kind)
        {
            case FaultKind.Garbage: SendGarbage(stream, order); break;
            case FaultKind.Reset: stream.Market.ResetNumbering(stream.Id.Dataset); break;
            case FaultKind.Drop or FaultKind.Repeat or FaultKind.Reorder or FaultKind.AbsurdTime or FaultKind.Mute:
                (stream.Faults ??= new()).Add(order, fault, venue.Now + Micros.From(order.Span));
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
            if (open.Ended || (connection is { } only && open.Id != only))
                continue;
            open.Cut(insideFrame);
            Note(FaultKind.Cut, open.Id, insideFrame ? "inside a frame" : "between frames");
            cut++;
        }

        return cut;
    }

    /// <summary>Stops the output of one connection for a span; queued frames are sent afterwards.</summary>
    public bool Stall(long connection, TimeSpan span)
    {
        if (venue.Connections.FirstOrDefault(open => open.Id == connection && !open.Ended) is not { } stalled)
            return false;
        stalled.Stall(venue.Delay(span));
        Note(FaultKind.Stall, connection, $"for {span}");
        return true;
    }

    /// <summary>Announces a shutdown to every client, on exchanges with such a message (Binance: <c>serverShutdown</c>).</summary>
    public bool AnnounceShutdown()
    {
        if (venue.Facts.Wire != WireKind.BinanceSpot)
            return false;
        var frame = SharedFrame.Text(System.Text.Encoding.ASCII.GetBytes($"{{\"e\":\"serverShutdown\",\"E\":{venue.Now / 1_000}}}"));
        foreach (var connection in venue.Connections)
            connection.TrySend(frame);
        frame.Release();
        return true;
    }

    /// <summary>Logs a fault that does not affect a single stream.</summary>
    public void Note(FaultKind kind, long? connection, string detail) => venue.Journal.Add(new()
    {
        Kind = kind,
        Exchange = venue.Facts.Name,
        Connection = connection,
        Ordered = venue.Now,
        Detail = detail,
    });

    /// <summary>Draws whether a fault applies to the next event of a stream.</summary>
    public void Roll(SimulatedStream stream)
    {
        var rates = venue.Options.Faults;
        var chance = random.NextDouble();
        if (chance >= rates.Any)
            return;
        foreach (var (kind, rate) in new (FaultKind, double)[]
        {
            (FaultKind.Drop, rates.Drop), (FaultKind.Repeat, rates.Repeat), (FaultKind.Reorder, rates.Reorder), (FaultKind.Garbage, rates.Garbage),
            (FaultKind.AbsurdTime, rates.AbsurdTime), (FaultKind.Reset, rates.Reset), (FaultKind.Mute, rates.Mute), (FaultKind.Cut, rates.Cut),
        })
        {
            chance -= rate;
            if (chance >= 0)
                continue;
            if (kind == FaultKind.Cut)
                CutOne(stream);
            else
                Inject(stream, new(kind) { Span = rates.MuteFor, Garbage = (GarbageKind)random.Next(3) });
            return;
        }
    }

    private static string? Describe(SimulatedStream stream, FaultOrder order) => order.Kind switch
    {
        FaultKind.Garbage => order.Garbage.ToString(),
        FaultKind.Reset => $"after {stream.Truth.Last}",
        FaultKind.AbsurdTime => $"{order.Micros}",
        _ => null,
    };

    private void CutOne(SimulatedStream stream)
    {
        var listening = stream.Channels.SelectMany(channel => channel.Subscribers).Where(connection => !connection.Ended).ToList();
        if (listening.Count > 0)
            Cut(listening[random.Next(listening.Count)].Id, random.Next(2) == 0);
    }

    private void SendGarbage(SimulatedStream stream, FaultOrder order)
    {
        Span<byte> noise = stackalloc byte[GarbageLength];
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
