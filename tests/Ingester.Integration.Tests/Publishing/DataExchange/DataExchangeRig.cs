using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ingester.Publishing.Certificates;
using Ingester.Publishing.DataExchange;
using Ingester.Publishing.Export;
using Ingester.Publishing.Signing;
using Ingester.Publishing.Statements;
using Ingester.Simulator.DataExchange;
using Ingester.Storage.Stores;
using Ingester.Testing.Storage;

namespace Ingester.Integration.Tests.Publishing.DataExchange;

/// <summary>A store with certified days, the simulated service, and what publishes from one to the other. Every request and response is compared with the model of the API.</summary>
internal sealed class DataExchangeRig : IAsyncDisposable
{
    public const string DataSet = "0123456789abcdef0123456789abcdef";
    private const string Prefix = "v1";

    private readonly WorkFolder work = new();
    private readonly ConcurrentQueue<string> problems = new();
    private readonly DataExchangeClient client;

    private DataExchangeRig(DataExchangeServer server, MemoryStore store, InstantClock clock)
    {
        (Server, Store, Clock) = (server, store, clock);
        var options = new DataExchangeOptions { Region = "us-east-1", ServiceUrl = server.Url };
        var bucket = new S3StoreOptions { Bucket = "bucket", Prefix = Prefix };
        client = new(options, clock);
        var records = new PublicationRecords(store, work, clock);
        Publisher = new(new(store, clock), new(store, bucket, clock), new(client, bucket.Bucket, options, clock), client, records);
        Delays = new(client, records, options.LateAfter, clock);
        Revoker = new(client);
        server.Examine = call => Note(ApiModel.Installed?.FindRequestError(call));
        server.Executed = ObserveAsync;
    }

    public static DateOnly Day { get; } = new(2025, 10, 26);

    public static DataSource Source { get; } = new("binance", "trades", DataSet);

    public static CertificateKeys Keys { get; } = new("", "binance", "trades", Day);

    public DataExchangeServer Server { get; }

    public MemoryStore Store { get; }

    public InstantClock Clock { get; }

    public DataExchangePublisher Publisher { get; }

    public DelayNotifier Delays { get; }

    public RevisionRevoker Revoker { get; }

    /// <summary>Called after each request was executed.</summary>
    public Action<DataExchangeCall>? Executed { get; set; }

    /// <summary>The finalized revisions, oldest first.</summary>
    public IReadOnlyList<SimulatedRevision> Finalized => [.. Server.Revisions.Where(revision => revision.IsFinalized)];

    public static async Task<DataExchangeRig> StartAsync(DateTimeOffset? now = null)
    {
        MotoServer.SetCredentials();
        var (store, clock) = (new MemoryStore(), new InstantClock(now ?? new(2025, 10, 27, 0, 20, 0, TimeSpan.Zero)));
        return new(await DataExchangeServer.StartAsync([DataSet], (bucket, key) => Task.FromResult<long?>(bucket == "bucket" && key.StartsWith(Prefix + "/", StringComparison.Ordinal) && store.Has(key[(Prefix.Length + 1)..]) ? store.Body(key[(Prefix.Length + 1)..]).Length : null), clock), store, clock);
    }

    /// <summary>Writes files and a certificate of a day. Files of a revision have other contents than those of another.</summary>
    /// <returns>The keys of the bucket that are to be published: one more than there are files, for the certificate.</returns>
    public IReadOnlyList<string> Certify(int files = 3, int revision = 1, Condition condition = Condition.Available)
    {
        var subjects = new List<Subject>();
        for (var file = 0; file < files; file++)
        {
            var (key, body) = (FileKey(file), Encoding.UTF8.GetBytes($"{file} of revision {revision}"));
            Store.Forge(key, body, ObjectMetadata.None);
            subjects.Add(new(key, new(Convert.ToHexStringLower(SHA256.HashData(body)))));
        }

        var statement = new CertificateStatement { Subject = subjects, Predicate = Predicate(revision, condition) };
        Store.Forge(Keys.Envelope(revision), new Envelope { Payload = statement.ToJson(), Signatures = [new("test", [1])] }.ToJson(), ObjectMetadata.None);
        return [.. subjects.Select(static subject => subject.Name).Append(Keys.Envelope(revision)).Select(static key => $"{Prefix}/{key}").Order(StringComparer.Ordinal)];
    }

    public static string FileKey(int file) => string.Create(CultureInfo.InvariantCulture, $"export/csv/binance/trades/2025/10/26/M{file:0000}-USDT.csv.gz");

    public Task<DataExchangeOutcome> PublishAsync(CancellationToken cancellation = default) => Publisher.PublishAsync(Keys, Source, cancellation);

    /// <summary>Requires that one revision is published with each file exactly once.</summary>
    public void RequirePublished(SimulatedRevision revision, IReadOnlyList<string> keys)
    {
        Assert.True(revision.IsFinalized);
        Assert.Equal(keys, revision.Assets.Select(static asset => asset.Name).Order(StringComparer.Ordinal));
        Assert.All(revision.Assets, asset => Assert.Equal(Store.Body(asset.Name[(Prefix.Length + 1)..]).Length, asset.Bytes));
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await Server.DisposeAsync();
        work.Dispose();
        Assert.Empty(problems);
    }

    private static Predicate Predicate(int revision, Condition condition) => new()
    {
        Exchange = Keys.Exchange,
        Dataset = Keys.Dataset,
        Day = Day,
        Revision = revision,
        Changes = revision == 1 ? [] : ["BTC-USDT: 3 events were added."],
        Condition = condition,
        Program = "ingester 1.0.0",
        Engines = new Dictionary<string, string>(),
        Inputs = new(0, ""),
        Events = 0,
        Gaps = new(0, 0, 0, 0),
        Agreement = new(0, 0, 0, 0, 0),
        Unreadable = [],
        Streams = [],
    };

    private Task ObserveAsync(DataExchangeCall call)
    {
        if (call.Operation.Length > 0)
            Note(ApiModel.Installed?.FindResponseError(call));
        Executed?.Invoke(call);
        return Task.CompletedTask;
    }

    private string? Note(string? problem)
    {
        if (problem is not null)
            problems.Enqueue(problem);
        return problem;
    }
}
