using System.Security.Cryptography;
using System.Text;
using Ingester.Publishing.Certificates;
using Ingester.Publishing.Signing;
using Ingester.Publishing.Statements;

namespace Ingester.Tests.Publishing.Certificates;

/// <summary>A verification fails with the reason after every kind of change.</summary>
public sealed class VerificationTests : IAsyncLifetime
{
    private const string Csv = "export/csv/binance/trades/2025/10/27/BTC-USDT.csv.gz";
    private const string Parquet = "export/parquet/trades/exchange=binance/pair=BTC-USDT/date=2025-10-27/part-0.parquet";

    private readonly CertifiedDays days = new();

    private static CertificateKeys Keys => CertifiedDays.KeysOf(CertifiedDays.Second);

    private static string Certificate => Keys.Envelope(1);

    public async ValueTask InitializeAsync()
    {
        days.Record();
        foreach (var day in new[] { CertifiedDays.First, CertifiedDays.Second })
        {
            await days.ExportAsync(day);
            await days.CertifyAsync(day);
        }
    }

    [Fact]
    public async Task Untouched_days_are_verified() => Assert.Empty((await days.VerifyAsync(CertifiedDays.Second)).Problems);

    [Theory]
    [InlineData(Csv)]
    [InlineData(Parquet)]
    [InlineData("export/certificates/2025/10/27/binance_trades.r1.SHA256SUMS")]
    [InlineData("export/certificates/2025/10/27/binance_trades.r1.datapackage.json")]
    public async Task One_changed_byte_or_a_lost_file_is_detected_wherever_it_is(string key)
    {
        var random = new Random(key.Length);
        var untouched = days.Store.Body(key);
        for (var i = 0; i < 20; i++)
        {
            days.Store.Forge(key, untouched, days.Store.Metadata(key));
            days.Change(key, bytes =>
            {
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                return bytes;
            });
            Assert.Contains($"{key} was changed: its SHA-256 is ", Assert.Single((await days.VerifyAsync(CertifiedDays.Second)).Problems), StringComparison.Ordinal);
        }

        days.Change(key, bytes => [.. untouched, 0]);
        Assert.Contains($"{key} was changed", Assert.Single((await days.VerifyAsync(CertifiedDays.Second)).Problems), StringComparison.Ordinal);
        days.Change(key, bytes => untouched[..^1]);
        Assert.Contains($"{key} was changed", Assert.Single((await days.VerifyAsync(CertifiedDays.Second)).Problems), StringComparison.Ordinal);
        days.Store.Remove(key);
        Assert.Equal($"{key} is not there.", Assert.Single((await days.VerifyAsync(CertifiedDays.Second)).Problems));
    }

    [Fact]
    public async Task One_changed_byte_of_the_certificate_is_detected_wherever_it_is()
    {
        var untouched = days.Store.Body(Certificate);
        var random = new Random(1);
        for (var i = 0; i < 300; i++)
        {
            var (place, bit) = (random.Next(untouched.Length - 2), random.Next(8)); // not the line feed at the end
            days.Store.Forge(Certificate, untouched, days.Store.Metadata(Certificate));
            days.Change(Certificate, bytes =>
            {
                bytes[place] ^= (byte)(1 << bit);
                return bytes;
            });
            var result = await days.VerifyAsync(CertifiedDays.Second);
            Assert.False(result.Holds, $"bit {bit} of byte {place}");
            Assert.Single(result.Problems);
        }
    }

    [Fact]
    public async Task Changed_list_of_inputs_is_detected()
    {
        const string List = "export/inputs/2025/10/27/binance/trades/BTC-USDT.gz";
        days.Store.Forge(List, days.Store.Body(List.Replace("/27/", "/26/", StringComparison.Ordinal)), new(null, null, null));
        Assert.Contains($"{List} was changed: it lists 90 objects with the SHA-256 ", Assert.Single((await days.VerifyAsync(CertifiedDays.Second)).Problems), StringComparison.Ordinal);
        days.Store.Forge(List, [1, 2, 3], new(null, null, null));
        Assert.Contains($"{List} is damaged: ", Assert.Single((await days.VerifyAsync(CertifiedDays.Second)).Problems), StringComparison.Ordinal);
        days.Store.Remove(List);
        Assert.Equal($"{List} is not there.", Assert.Single((await days.VerifyAsync(CertifiedDays.Second)).Problems));
    }

    [Fact]
    public async Task Forged_signature_is_detected()
    {
        var path = Path.Combine(Path.GetDirectoryName(days.KeyFile)!, "other.pem");
        KeyPair.Create().Write(path, path + ".pub");
        using var other = KeyFileSigner.Open(path);
        await days.SignAsync(Certificate, Read(Certificate).Statement, other); // names the trusted key, and is not signed by it
        Assert.Contains("The signature of " + Certificate + " is false", Assert.Single((await days.VerifyAsync(CertifiedDays.Second)).Problems), StringComparison.Ordinal);

        var honest = Read(Certificate).Envelope;
        days.Store.Forge(Certificate, (honest with { Signatures = [honest.Signatures[0] with { KeyId = other.KeyId }] }).ToJson(), new(null, null, null));
        Assert.Contains("is not signed with a trusted key: it names " + other.KeyId, Assert.Single((await days.VerifyAsync(CertifiedDays.Second)).Problems), StringComparison.Ordinal);
        days.Store.Forge(Certificate, (honest with { Signatures = [] }).ToJson(), new(null, null, null));
        Assert.Contains("it names none", Assert.Single((await days.VerifyAsync(CertifiedDays.Second)).Problems), StringComparison.Ordinal);
        foreach (var signature in new byte[][] { [], [0x30], new byte[64], RandomNumberGenerator.GetBytes(72) })
        {
            days.Store.Forge(Certificate, (honest with { Signatures = [honest.Signatures[0] with { Signature = signature }] }).ToJson(), new(null, null, null));
            Assert.False((await days.VerifyAsync(CertifiedDays.Second)).Holds);
        }
    }

    [Fact]
    public async Task Swapped_days_are_detected()
    {
        var second = days.Store.Body(Certificate);
        days.Store.Forge(Certificate, days.Store.Body(CertifiedDays.KeysOf(CertifiedDays.First).Envelope(1)), new(null, null, null));
        Assert.Contains("is the certificate of binance trades of 2025-10-26, revision 1: it does not belong there", Assert.Single((await days.VerifyAsync(CertifiedDays.Second)).Problems), StringComparison.Ordinal);
        days.Store.Forge(Certificate, second, new(null, null, null));
        days.Store.Forge(Csv, days.Store.Body(Csv.Replace("/27/", "/26/", StringComparison.Ordinal)), new(null, null, null));
        Assert.Contains($"{Csv} was changed", Assert.Single((await days.VerifyAsync(CertifiedDays.Second)).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Broken_chain_to_the_day_before_is_detected()
    {
        var key = CertifiedDays.KeysOf(CertifiedDays.First).Envelope(1);
        var before = Read(key);
        await days.SignAsync(key, before.Statement with { Predicate = before.Statement.Predicate with { Events = 1 } });
        Assert.Contains("The chain to the day before is broken: " + key + " has the digest ", Assert.Single((await days.VerifyAsync(CertifiedDays.Second)).Problems), StringComparison.Ordinal);
        days.Store.Remove(key);
        Assert.Equal("The chain to the day before is broken: " + key + " is not there.", Assert.Single((await days.VerifyAsync(CertifiedDays.Second)).Problems));
        Assert.True((await days.VerifyAsync(CertifiedDays.Second, new() { Chain = false })).Holds);
    }

    [Fact]
    public async Task Signed_certificate_with_wrong_numbers_is_detected()
    {
        var honest = Read(Certificate).Statement;
        var stream = honest.Predicate.Streams[0];
        Assert.Contains("has 90 rows, and the certificate says 91", await ProblemAsync(0, file => file with { Rows = 91 }), StringComparison.Ordinal);
        Assert.Contains("has 90 rows, and the certificate says 89", await ProblemAsync(1, file => file with { Rows = 89 }), StringComparison.Ordinal);
        Assert.Contains("holds other rows", await ProblemAsync(0, file => file with { RowsSha256 = new('0', 64) }), StringComparison.Ordinal);
        Assert.Contains("contradicts itself about " + Csv, await ProblemAsync(0, file => file with { Sha256 = new('0', 64) }), StringComparison.Ordinal);

        async Task<string> ProblemAsync(int index, Func<Ingester.Publishing.Export.ExportedFile, Ingester.Publishing.Export.ExportedFile> change)
        {
            var files = stream.Files.ToList();
            files[index] = change(files[index]);
            await days.SignAsync(Certificate, honest with { Predicate = honest.Predicate with { Streams = [stream with { Files = files }] } });
            return (await days.VerifyAsync(CertifiedDays.Second)).Problems[0];
        }
    }

    [Theory]
    [InlineData("", "is not a certificate")]
    [InlineData("null", "is not a certificate")]
    [InlineData("{}", "is not a certificate")]
    [InlineData("""{"payloadType":"application/vnd.in-toto+json","payload":null,"signatures":[]}""", "is not a certificate")]
    [InlineData("""{"payloadType":"application/vnd.in-toto+json","payload":"e30=","signatures":[]}""", "not an in-toto Statement v1")]
    [InlineData("""{"payloadType":"text/plain","payload":"e30=","signatures":[]}""", "its payload is of type 'text/plain'")]
    [InlineData("""{"payloadType":"application/vnd.in-toto+json","payload":"***","signatures":[]}""", "is not a certificate")]
    public async Task Text_that_is_no_certificate_is_refused_by_name(string text, string words)
    {
        days.Store.Forge(Certificate, Encoding.UTF8.GetBytes(text), new(null, null, null));
        var problem = Assert.Single((await days.VerifyAsync(CertifiedDays.Second)).Problems);
        Assert.StartsWith(Certificate, problem, StringComparison.Ordinal);
        Assert.Contains(words, problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Newer_format_is_refused_by_name()
    {
        var honest = Read(Certificate).Statement;
        await days.SignAsync(Certificate, honest with { Predicate = honest.Predicate with { Format = 2 } });
        Assert.Contains("it has format 2, and this program reads up to format 1", Assert.Single((await days.VerifyAsync(CertifiedDays.Second)).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_files_of_chosen_markets_are_checked()
    {
        days.Store.Remove(Csv);
        Assert.True((await days.VerifyAsync(CertifiedDays.Second, new() { MarketPattern = "ETH-*" })).Holds);
        Assert.False((await days.VerifyAsync(CertifiedDays.Second, new() { MarketPattern = "BTC-*" })).Holds);
        days.Store.Remove(Certificate);
        Assert.Equal("There is no certificate.", Assert.Single((await days.VerifyAsync(CertifiedDays.Second)).Problems));
    }

    public ValueTask DisposeAsync()
    {
        days.Dispose();
        return ValueTask.CompletedTask;
    }

    private StoredCertificate Read(string key)
    {
        var envelope = Envelope.Parse(days.Store.Body(key));
        return new(key, envelope, CertificateStatement.Parse(envelope));
    }
}
