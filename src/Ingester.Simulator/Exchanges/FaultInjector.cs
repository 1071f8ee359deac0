using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Simulator.Faults;
using Ingester.Simulator.Frames;
using Ingester.Simulator.Model;

namespace Ingester.Simulator.Exchanges;

/// <summary>Injects faults and logs them. Called under the lock of the exchange.</summary>
internal sealed class FaultInjector(SimulatedExchange exchange, Random random)
{
    private const long TenYears = 10L * 365 * 24 * 3_600 * 1_000_000;
    private const int GarbageBytes = 64;

    /// <summary>Injects a fault into one stream.</summary>
    public InjectedFault Inject(SimulatedStream stream, FaultRequest request)
    {
        var time = request.Micros ?? exchange.NowMicros + TenYears;
        request = request with { Micros = time - time % exchange.Profile.TimeUnitMicros };
        var fault = exchange.FaultLog.Add(new()
        {
            Kind = request.Kind,
            Exchange = stream.Id.Exchange,
            Dataset = DatasetNames.Name(stream.Id.Dataset),
            Market = stream.Id.Market,
            Connection = request.Connection,
            Ordered = exchange.NowMicros,
            Detail = Describe(stream, request),
        });
        switch (request.Kind)
        {
            case InjectedFaultKind.Garbage: SendGarbage(stream, request); break;
            case InjectedFaultKind.Reset: stream.Market.ResetNumbering(stream.Id.Dataset); break;
            case InjectedFaultKind.Drop or InjectedFaultKind.Repeat or InjectedFaultKind.Reorder or InjectedFaultKind.AbsurdTime or InjectedFaultKind.Mute:
                (stream.Faults ??= new()).Add(request, fault, exchange.NowMicros + Micros.From(request.Duration));
                break;
            default: throw new ArgumentException($"{request.Kind} is not a fault of one stream.", nameof(request));
        }

        return fault;
    }

    /// <summary>Cuts connections after their queued frames.</summary>
    public int Cut(long? connection, bool insideFrame)
    {
        var cut = 0;
        foreach (var open in exchange.Connections)
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
        if (exchange.Connections.FirstOrDefault(open => open.Id == connection && !open.IsClosed) is not { } stalled)
            return false;
        stalled.StallUntil(exchange.DelayAsync(span));
        LogFault(InjectedFaultKind.Stall, connection, $"for {span}");
        return true;
    }

    /// <summary>Announces a shutdown to every client; returns false on exchanges without such a message.</summary>
    public bool AnnounceShutdown()
    {
        if (exchange.Profile.CreateShutdownNotice is not { } createNotice)
            return false;
        var frame = SharedFrame.Text(System.Text.Encoding.ASCII.GetBytes(createNotice(exchange.NowMicros)));
        foreach (var connection in exchange.Connections)
            connection.TrySend(frame);
        frame.Release();
        return true;
    }

    /// <summary>Logs a fault that does not affect a single stream.</summary>
    public void LogFault(InjectedFaultKind kind, long? connection, string detail) => exchange.FaultLog.Add(new()
    {
        Kind = kind,
        Exchange = exchange.Profile.Name,
        Connection = connection,
        Ordered = exchange.NowMicros,
        Detail = detail,
    });

    /// <summary>Draws whether a fault applies to the next event of a stream.</summary>
    public void InjectRandomly(SimulatedStream stream)
    {
        var rates = exchange.Options.Faults;
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

    private static string? Describe(SimulatedStream stream, FaultRequest request) => request.Kind switch
    {
        InjectedFaultKind.Garbage => request.Garbage.ToString(),
        InjectedFaultKind.Reset => $"after {stream.Truth.Last}",
        InjectedFaultKind.AbsurdTime => $"{request.Micros}",
        _ => null,
    };

    private void CutRandomSubscriber(SimulatedStream stream)
    {
        var subscribers = stream.Channels.SelectMany(channel => channel.Subscribers).Where(connection => !connection.IsClosed).ToList();
        if (subscribers.Count > 0)
            Cut(subscribers[random.Next(subscribers.Count)].Id, random.Next(2) == 0);
    }

    private void SendGarbage(SimulatedStream stream, FaultRequest request)
    {
        Span<byte> noise = stackalloc byte[GarbageBytes];
        random.NextBytes(noise);
        var frame = request.Garbage switch
        {
            GarbageKind.Truncated => SharedFrame.Text("{\"stream\":\"garbage@trade\",\"data\":{\"e\":\"tra"u8),
            GarbageKind.Binary => SharedFrame.Binary(noise),
            _ => SharedFrame.Text("{\"type\":\"surprise\",\"channel\":\"surprise\",\"stream\":\"surprise\",\"data\":{\"e\":\"surprise\"}}"u8),
        };
        foreach (var channel in stream.Channels)
            foreach (var connection in channel.Subscribers)
                if (request.Connection is null || request.Connection == connection.Id)
                    connection.TrySend(frame);
        frame.Release();
    }
}
