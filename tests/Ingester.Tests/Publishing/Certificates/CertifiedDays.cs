using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Publishing.Certificates;
using Ingester.Publishing.Export;
using Ingester.Publishing.Signing;
using Ingester.Publishing.Statements;
using Ingester.Publishing.Verification;
using Ingester.Reading;
using Ingester.Reading.Merging;
using Ingester.Testing.Storage;
using Ingester.Tests.Reading;
using Parquet;
using Parquet.Schema;

namespace Ingester.Tests.Publishing.Certificates;

/// <summary>A store with recorded days, their exported files as a test writes them, and a key.</summary>
internal sealed class CertifiedDays : IDisposable
{
    public const int MinutesPerDay = 1440;
    private const int PerMinute = 3;

    private readonly TemporaryDirectory folder = new();
    private readonly KeyFileSigner signer;
    private readonly TrustedKeys trusted = new();
    private int recordings;

    public CertifiedDays()
    {
        Key.Write(KeyFile, Path.Combine(folder.Path, "key.pub.pem"));
        signer = KeyFileSigner.Open(KeyFile);
        trusted.AddFile(Path.Combine(folder.Path, "key.pub.pem"));
    }

    public static DateOnly First { get; } = new(2025, 10, 26);

    public static DateOnly Second { get; } = First.AddDays(1);

    public MemoryStore Store { get; init; } = new();

    public KeyPair Key { get; } = KeyPair.Create();

    public TrustedKeys Trusted => trusted;

    public string KeyFile => Path.Combine(folder.Path, "key.pem");

    public string Program { get; set; } = "ingester 1.0.0";

    public static CertificateKeys KeysOf(DateOnly day) => new("", SegmentSample.Trades.Exchange, "trades", day);

    /// <summary>Records three trades a minute: in half an hour before and after the midnight between both days, or in other minutes since <see cref="Replica.T0"/>.</summary>
    public void Record(string replica = "a", Func<long, bool>? skip = null, int from = (2 * MinutesPerDay) - 30, int to = (2 * MinutesPerDay) + 30, StreamId? stream = null)
    {
        using var recorder = new Replica(Store, replica, stream) { JournalPart = ++recordings };
        recorder.ConnectAt(Replica.T0 + from * Replica.Minute);
        for (var id = (long)from * PerMinute; id < (long)to * PerMinute; id++)
        {
            var micros = Replica.T0 + id * Replica.Minute / PerMinute;
            if (skip?.Invoke(id) != true)
                recorder.Trade(new(id, micros));
            recorder.TickAt(micros);
        }

        recorder.Close();
    }

    /// <summary>The id of the first trade of a minute of the first day.</summary>
    public static long IdAt(int minute) => (long)(MinutesPerDay + minute) * PerMinute;

    /// <summary>Writes the files of a day and their manifest, as an export does.</summary>
    public async Task<StreamExport> ExportAsync(DateOnly day, int revision = 1, StreamId? stream = null, Dictionary<string, long>? marks = null)
    {
        var market = stream ?? SegmentSample.Trades;
        var from = new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        var rows = new List<(string Id, long Micros)>();
        using (var archive = new MarketArchive(Store, ""))
            await foreach (var found in archive.ReadEventsAsync(market, from, from.AddDays(1)))
                if (found.Kind == MarketEventKind.Row)
                    rows.Add((JsonDocument.Parse(found.Row).RootElement.GetProperty("id").GetString()!, found.Micros));
        var date = day.ToString("yyyy/MM/dd", CultureInfo.InvariantCulture);
        var text = "exchange,symbol,timestamp,local_timestamp,id,side,price,amount\n"
            + string.Concat(rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"binance,BTCUSDT,{row.Micros},{row.Micros},{row.Id},buy,1.50,2\n")));
        var inputs = string.Concat(rows.Select(row => $"trades/{row.Id} {Hash(Encoding.UTF8.GetBytes(row.Id))}\n"));
        var list = $"export/inputs/{date}/binance/trades/{market.Market}.gz";
        Store.Forge(list, Compress(inputs), new(null, null, null));
        var manifest = new StreamExport
        {
            Stream = market,
            Day = day,
            Revision = revision,
            InputCount = rows.Count,
            InputSha256 = Hash(Encoding.UTF8.GetBytes(inputs)),
            InputsKey = list,
            Marks = marks ?? new Dictionary<string, long>(),
            Events = rows.Count,
            First = rows is [var first, ..] ? new(first.Id, first.Micros) : null,
            Last = rows is [.., var last] ? new(last.Id, last.Micros) : null,
            Engines = new Dictionary<string, string> { ["Parquet.Net"] = "6.1.0" },
            LocalTimestamps = new Dictionary<string, long> { ["exchange"] = rows.Count },
            Files =
            [
                Put($"export/csv/binance/trades/{date}/{market.Market}.csv.gz", "trades", Compress(text), rows.Count, Hash(Encoding.UTF8.GetBytes(text))),
                Put($"export/parquet/trades/exchange=binance/pair={market.Market}/date={day:yyyy-MM-dd}/part-0.parquet", "parquet", await ToParquetAsync(rows), rows.Count, Hash([])),
            ],
        };
        Store.Forge($"export/manifests/{date}/binance/trades/{market.Market}.json", ManifestJson.Serialize(manifest), new(null, null, null));
        return manifest;
    }

    public async Task<WrittenCertificate> CertifyAsync(DateOnly day) =>
        await new CertificateWriter(new(Store, TimeProvider.System), new(Store, "", TimeProvider.System), signer, Program).WriteAsync(KeysOf(day), CancellationToken.None);

    public Task<VerificationResult> VerifyAsync(DateOnly day, VerificationOptions? options = null) =>
        new CertificateVerifier(new(Store, TimeProvider.System), trusted).VerifyAsync(KeysOf(day), options ?? new(), CancellationToken.None);

    /// <summary>Signs a statement with the trusted key and stores it as a certificate.</summary>
    public async Task SignAsync(string key, CertificateStatement statement, ICertificateSigner? other = null)
    {
        var payload = statement.ToJson();
        var envelope = new Envelope
        {
            Payload = payload,
            Signatures = [new(signer.KeyId, await (other ?? signer).SignAsync(Envelope.EncodeForSigning(Envelope.StatementType, payload), CancellationToken.None))],
        };
        Store.Forge(key, envelope.ToJson(), new(null, null, null));
    }

    public void Change(string key, Func<byte[], byte[]> change) => Store.Forge(key, change([.. Store.Body(key)]), Store.Metadata(key));

    public void Dispose()
    {
        signer.Dispose();
        trusted.Dispose();
        folder.Dispose();
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static byte[] Compress(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    private static async Task<byte[]> ToParquetAsync(List<(string Id, long Micros)> rows)
    {
        var field = new DataField<long>("timestamp");
        using var file = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(field), file))
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAsync<long>(field, rows.Select(row => row.Micros).ToArray());
            group.CompleteValidate();
        }

        return file.ToArray();
    }

    private ExportedFile Put(string key, string type, byte[] bytes, int rows, string rowHash)
    {
        Store.Forge(key, bytes, new(null, null, null));
        return new(key, type, bytes.Length, Hash(bytes), rows, rowHash);
    }
}
