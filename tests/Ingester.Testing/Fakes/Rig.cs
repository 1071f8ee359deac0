using System.Threading.Channels;
using Ingester.Core.Exchanges;
using Ingester.Core.Segments;
using Ingester.Core.Telemetry;
using Ingester.Recording.Configuration;
using Ingester.Recording.Lanes;
using Ingester.Recording.Limits;
using Ingester.Recording.Planning;
using Ingester.Recording.Raw;
using Ingester.Recording.Rest;
using Ingester.Recording.Sessions;
using Ingester.Testing.Memory;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Testing.Fakes;

/// <summary>The services and fakes around a connection or a recorder under test.</summary>
internal sealed class Rig : IDisposable
{
    private readonly ChunkBalance chunks = new();
    private readonly Channel<RecordingLane> lanes = Channel.CreateUnbounded<RecordingLane>();

    public FakeExchange Exchange { get; init; } = new();

    public ExchangeOptions Choice { get; init; } = new() { Markets = ["*"] };

    public ConnectionOptions Options { get; init; } = new() { BackoffBase = TimeSpan.FromMilliseconds(1), SilenceLimit = TimeSpan.FromDays(1) };

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public IngesterMeter Meter { get; } = new();

    public FakeServer Server { get; } = new();

    public HttpClient Http { get; init; } = new();

    public WebSocketFactory? Dial { get; init; }

    /// <summary>Returns the address of a connection; by default its endpoint.</summary>
    public Func<Uri, CancellationToken, Task<ConnectionAddress>> Resolve { get; init; } = static (endpoint, _) => Task.FromResult(new ConnectionAddress(endpoint));

    public SegmentContext? Segments { get; init; }

    public LaneServices? Errands { get; init; }

    /// <summary>Raw capture; none by default.</summary>
    public RawCapture? Raw { get; init; }

    public CancellationTokenSource Stop { get; } = new();

    public ReplicaOrdinal Place { get; init; } = ReplicaOrdinal.Single;

    public ExchangeContext Context => new()
    {
        Exchange = Exchange,
        ExchangeOptions = Choice,
        Options = Options,
        Clock = Clock,
        Seed = 1,
        ReplicaOrdinal = Place,
        Raw = Raw,
    };

    /// <summary>Receives the log; none by default.</summary>
    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;

    public ExchangeRecorderServices Services => new()
    {
        Events = new(Meter, Loggers),
        DialAsync = Dial ?? Server.DialAsync,
        Http = Http,
        DataClock = Clock,
        LaneFactory = NewLane,
        Segments = Segments,
        Lanes = Errands,
    };

    /// <summary>A REST client without rate limits.</summary>
    public RestClient Rest => new(Context, Http, Services.Events.Rest);

    /// <summary>Creates a connection that carries these streams.</summary>
    public ExchangeConnection Connect(params Subscription[] streams)
    {
        var connection = Connect(Services.LaneFactory);
        connection.Update(streams, []);
        return connection;
    }

    /// <summary>Creates a connection without streams.</summary>
    public ExchangeConnection Connect(Func<ILane> laneFactory) =>
        new(1, Exchange.Profile.Datasets[0].Endpoint, new()
        {
            Context = Context,
            RateLimits = Context.NewRateLimits(),
            Events = Services.Events.Connections,
            DialAsync = Services.DialAsync,
            ResolveAsync = Resolve,
            LaneFactory = laneFactory,
        });

    /// <summary>The next lane that was created.</summary>
    public async Task<RecordingLane> LaneAsync() => await lanes.Reader.ReadAsync().AsTask().WaitAsync(FakeServer.Deadline);

    /// <summary>Stops, and waits until the run ends.</summary>
    public async Task StopAsync(Task run)
    {
        await Stop.CancelAsync();
        if (Clock is ManualClock)
            await AdvanceUntilAsync(() => run.IsCompleted);
        await run.WaitAsync(FakeServer.Deadline);
    }

    /// <summary>Advances the manual clock in small steps until the task has completed.</summary>
    public async Task<T> AdvanceUntilAsync<T>(Task<T> task)
    {
        await AdvanceUntilAsync(() => task.IsCompleted);
        return await task;
    }

    /// <summary>Advances the manual clock in small steps until the condition is true.</summary>
    public async Task AdvanceUntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(FakeServer.Deadline);
        while (!condition())
        {
            deadline.Token.ThrowIfCancellationRequested();
            await ((ManualClock)Clock).AdvanceAsync(TimeSpan.FromMilliseconds(10));
        }
    }

    /// <summary>Waits until the condition is true.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(FakeServer.Deadline);
        while (!condition())
        {
            deadline.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    public void Dispose()
    {
        Stop.Dispose();
        Meter.Dispose();
        Http.Dispose();
        chunks.Dispose();
    }

    private RecordingLane NewLane()
    {
        var lane = new RecordingLane();
        lanes.Writer.TryWrite(lane);
        return lane;
    }
}
