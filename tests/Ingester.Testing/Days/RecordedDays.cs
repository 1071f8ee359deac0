using System.Globalization;
using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Core.Telemetry;
using Ingester.Core.Time;
using Ingester.Publishing.Certificates;
using Ingester.Publishing.Export;
using Ingester.Publishing.Signing;
using Ingester.Publishing.Statements;
using Ingester.Publishing.Verification;
using Ingester.Reading;
using Ingester.Reading.Auditing;
using Ingester.Recording.Backfill;
using Ingester.Testing.Model;
using Ingester.Testing.Storage;
using Ingester.Testing.Stores;
using Microsoft.Extensions.Logging.Abstractions;
using static Ingester.Testing.Stores.StoredText;

namespace Ingester.Testing.Days;

/// <summary>
/// The days of a <see cref="DaySchedule"/>: recorded by real lanes in the model's time, and exported, certified, verified and repaired by the real code of the
/// program. Snapshots of the books are stored like those that replicas fetch over REST.
/// </summary>
internal sealed class RecordedDays : IDisposable
{
    /// <summary>The name of the exchange.</summary>
    public const string Exchange = "binance";

    private const int RepairReplica = 9;
    private const long SnapshotInterval = 10 * Minute;

    private readonly TemporaryDirectory folder = new();
    private readonly IngesterMeter meter = new();
    private readonly Schedule schedule;
    private readonly KeyFileSigner signer;
    private readonly TrustedKeys trusted = new();

    public RecordedDays(int minutes, int seed)
    {
        schedule = DaySchedule.Make(minutes, seed);
        Recorded = new(keepsMetadata: true, schedule, new());
        foreach (var stream in Recorded.Truth.Streams.Where(stream => stream.Plan.Dataset == Dataset.Depth))
            TakeSnapshots(stream);
        var key = Path.Combine(folder.Path, "key.pem");
        KeyPair.Create().Write(key, key + ".pub");
        signer = KeyFileSigner.Open(key);
        trusted.AddFile(key + ".pub");
        var last = DateOnly.FromDateTime(Micros.ToDateTime(schedule.Start + schedule.Length));
        for (var day = DateOnly.FromDateTime(Micros.ToDateTime(schedule.Start - 2 * Minute)); day <= last; day = day.AddDays(1))
            Days.Add(day);
    }

    /// <summary>The recording with the sent events.</summary>
    public RecordedStore Recorded { get; }

    /// <summary>The store.</summary>
    public MemoryStore Store => Recorded.Store;

    /// <summary>The days, in order.</summary>
    public List<DateOnly> Days { get; } = [];

    /// <summary>The latest manifests.</summary>
    public Dictionary<(StreamId Stream, DateOnly Day), StreamExport> Manifests { get; } = [];

    /// <summary>The latest certificates.</summary>
    public Dictionary<(string Dataset, DateOnly Day), CertificateStatement> Certificates { get; } = [];

    private AuditScope Scope => new() { From = Micros.ToDateTime(schedule.Start - 60 * Minute), To = Micros.ToDateTime(schedule.Start + schedule.Length + 60 * Minute), Exchanges = [Exchange] };

    /// <summary>The keys of a certificate.</summary>
    public static CertificateKeys KeysOf(string dataset, DateOnly day) => new("", Exchange, dataset, day);

    /// <summary>The id of a stream of the model in the store.</summary>
    public static StreamId IdOf(TruthStream stream) => new(stream.Plan.Dataset, Exchange, stream.Market);

    /// <summary>Exports and certifies all days.</summary>
    public async Task PublishAsync()
    {
        foreach (var day in Days)
            await foreach (var outcome in new DayExporter(new(Store, ""), new(Store, "", TimeProvider.System), new() { Day = day, Exchanges = [Exchange] }).RunAsync(CancellationToken.None))
            {
                Assert.Null(outcome.Failure);
                Manifests[(outcome.Stream, day)] = outcome.Manifest!;
            }

        foreach (var (dataset, day) in Manifests.Keys.Select(key => (key.Stream.Dataset.Name(), key.Day)).Distinct().OrderBy(one => one.Day))
            Certificates[(dataset, day)] = (await new CertificateWriter(new(Store, TimeProvider.System), new(Store, "", TimeProvider.System), signer, "a test").WriteAsync(KeysOf(dataset, day), CancellationToken.None)).Statement;
    }

    /// <summary>Verifies a certificate; returns the faults that were found.</summary>
    public async Task<IReadOnlyList<string>> VerifyAsync(string dataset, DateOnly day, int? revision = null) =>
        (await new CertificateVerifier(new(Store, TimeProvider.System), trusted).VerifyAsync(KeysOf(dataset, day), new() { Revision = revision }, CancellationToken.None)).Problems;

    /// <summary>Stores a certificate that another key signed but that names the trusted key.</summary>
    public async Task ForgeSignatureAsync(string key)
    {
        var path = Path.Combine(folder.Path, "other.pem");
        KeyPair.Create().Write(path, path + ".pub");
        using var other = KeyFileSigner.Open(path);
        var honest = Envelope.Parse(Store.Body(key));
        var signature = await other.SignAsync(Envelope.EncodeForSigning(honest.PayloadType, honest.Payload), CancellationToken.None);
        Store.Forge(key, (honest with { Signatures = [new(signer.KeyId, signature)] }).ToJson(), Store.Metadata(key));
    }

    /// <summary>
    /// Repairs: fetches the missing trades of all gaps except the last one of each stream, which the exchange no longer serves, and makes windows whole. Returns
    /// the number of fetched trades.
    /// </summary>
    public async Task<int> RepairAsync()
    {
        using var archive = new MarketArchive(Store, "");
        var audit = await archive.AuditAsync(Scope with { Datasets = [Dataset.Trades] });
        var clock = new ModelClock();
        var output = new ModelOutput(clock);
        var fetched = 0;
        foreach (var (stream, gap) in audit.Streams.SelectMany(stream => stream.MissingRanges.SkipLast(1), (stream, gap) => (stream.Stream, gap)).OrderBy(one => one.gap.ToMicros))
        {
            clock.True = gap.ToMicros;
            var truth = Recorded.Truth.Streams.Single(one => IdOf(one) == stream);
            var segmenter = new BackfillSegmenter(
                new(stream, new(truth.Market, truth.Symbol), gap.Range, gap.FromMicros, gap.ToMicros), new SegmentContext(new(), output, new(meter, NullLogger<SegmentEvents>.Instance)));
            foreach (var sent in truth.Chain.Where(sent => sent.UpTo > gap.Range.After && sent.UpTo <= gap.Range.UpTo))
            {
                segmenter.Add(new(sent.UpTo, sent.Ts, sent.Serial.ToString(CultureInfo.InvariantCulture), "1", TakerSells: false));
                fetched++;
            }

            Assert.Empty(segmenter.Complete());
        }

        Recorded.Add([(RepairReplica, output)]);
        await archive.RepairAsync(Scope);
        return fetched;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        signer.Dispose();
        trusted.Dispose();
        meter.Dispose();
        folder.Dispose();
    }

    private void TakeSnapshots(TruthStream stream)
    {
        var market = new Stores.Market("depth", Exchange, stream.Market, Numbered: true);
        var place = 0;
        for (var at = schedule.Start + 30 * Schedule.Second; at < schedule.Start + schedule.Length; at += SnapshotInterval)
        {
            while (place + 1 < stream.Chain.Count && stream.Chain[place + 1].Ts <= at)
                place++;
            var last = stream.Chain[place];
            var bids = string.Join(',', stream.Chain.Take(place + 1).Reverse().Select(sent => $"[\"{sent.Serial}\",\"1\"]"));
            var row = string.Create(CultureInfo.InvariantCulture, $"{{\"ts\":{last.Ts},\"upto\":{last.UpTo},\"bids\":[{bids}],\"asks\":[],\"reason\":\"steady\"}}\n");
            Store.Forge(Book(market, last.Ts, last.UpTo, "r0"), Pack(row), new(Hash(row), 1, "2"));
        }
    }
}
