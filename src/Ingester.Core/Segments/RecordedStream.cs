using Ingester.Core.Live;
using Ingester.Core.Markets;
using Ingester.Core.Proof;
using Ingester.Core.Rows;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Core.Segments;

/// <summary>A stream that is recorded: its properties, its windows and its observer. The parts of its recorder share it.</summary>
internal sealed class RecordedStream(StreamId id, StreamTraits traits, SegmentContext context)
{
    /// <summary>Identifies the stream.</summary>
    public StreamId Id => id;

    /// <summary>Its sequence and messages.</summary>
    public StreamTraits Traits => traits;

    /// <summary>The services that record it.</summary>
    public SegmentContext Context => context;

    /// <summary>The durations of the segment options.</summary>
    public SegmentTimes Times => context.Times;

    /// <summary>Its windows.</summary>
    public WindowPlan Windows { get; } = new(id, context.Options.Windows);

    /// <summary>Publishes its rows as they are recorded; null without a live stream.</summary>
    public LiveStream? Live { get; } = context.Live?.GetStream(id);

    /// <summary>Observes the recorded events. Default: none.</summary>
    public IStreamObserver? Observer { get; set; }

    /// <summary>True when ids chain, so that gaps can be detected.</summary>
    public bool IsChained => traits.Sequence == SequenceKind.Contiguous;

    /// <summary>True when events have sequence ids.</summary>
    public bool IsNumbered => traits.Sequence != SequenceKind.None;

    /// <summary>True while every diff is verified against the exchange's checksum of the book.</summary>
    public bool IsVerifyingChecksums => Observer is { IsVerifyingChecksums: true };

    /// <summary>The grade of a whole segment that is opened or sealed now.</summary>
    public ProofGrade CurrentGrade => !traits.HasExchangeTime ? ProofGrade.None
        : IsChained ? ProofGrade.Chain
        : IsVerifyingChecksums && traits.Checksum is { } checksum ? checksum
        : ProofGrade.Connection;

    /// <summary>The time of an event, and the state of its connection now.</summary>
    public Arrival CreateArrival(long micros, TimeMark given, ConnectionClock clock) =>
        new(micros, given, Math.Max(micros, clock.HighestExchangeTime), clock.IsFresh(Times.ProofLeadTime, Times.MaxClockAhead), clock.IsPlausible(micros, Times.MaxClockAhead))
        {
            ReceivedMicros = context.RecordsArrivals ? clock.LocalTime : 0,
        };

    /// <summary>The window of an event; one with an implausible time is stored at the exchange clock.</summary>
    public (Window Window, TimeMark Mark) WindowOf(in Arrival arrival, ConnectionClock clock) =>
        arrival.Mark != TimeMark.None || arrival.IsPlausible
            ? (Windows.WindowOf(arrival.Micros), arrival.Mark)
            : (Windows.WindowOf(clock.ExchangeTime > 0 ? clock.ExchangeTime : clock.LocalTime), TimeMark.Implausible);
}
