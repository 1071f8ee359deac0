using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ingester.Integration.Tests.Commands;

namespace Ingester.Integration.Tests.Publishing;

/// <summary>A small recording is exported, certified and verified: by the program, by openssl, jq and sha256sum as the page shows, and with a key in KMS.</summary>
public sealed partial class CertificateCommandTests(MotoServer moto) : IDisposable
{
    private const string Day = SmallExport.Day;
    private const string Csv = SmallExport.Csv;
    private const string Envelope = "export/certificates/2025/10/25/binance_trades.r1.dsse.json";

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-certificate-").FullName;

    private string Data => Path.Combine(folder, "data");

    [Fact]
    public async Task Exported_day_is_certified_and_verified_and_a_change_is_detected()
    {
        await SmallExport.CreateAsync(folder);
        var (made, keys, _) = await RunAsync("certificate", "key", "signing.pem");
        Assert.Equal(0, made);
        var keyId = KeyIdLine().Match(keys).Groups["id"].Value;
        Assert.Equal(2, (await RunAsync("certificate", "key", "signing.pem")).Exit); // not replaced

        string[] day = ["--date", Day, "--store", "data"];
        var (created, output, error) = await RunAsync(["certificate", "create", .. day, "--key", "signing.pem"]);
        Assert.True(created == 3, output + error); // four minutes of a day
        Assert.Contains("binance trades of 2025-10-25: degraded, revision 1 (new), 1 markets, 239 events, sha256:", output, StringComparison.Ordinal);
        Assert.Contains("revision 1 (unchanged)", (await RunAsync(["certificate", "create", .. day, "--key", "signing.pem"])).Output, StringComparison.Ordinal);

        var (shown, text, _) = await RunAsync(["certificate", "show", .. day, "--dataset", "trades"]);
        Assert.Equal(0, shown);
        Assert.Contains("(94, 95] is missing between 2025-10-25 00:01:33.000000 and 2025-10-25 00:01:35.000000 (skip)", text, StringComparison.Ordinal);
        Assert.Contains(keyId, text, StringComparison.Ordinal);
        var payload = JsonDocument.Parse((await RunAsync(["certificate", "show", .. day, "--dataset", "trades", "--json"])).Output).RootElement.GetProperty("predicate");
        Assert.Equal(239, payload.GetProperty("events").GetInt64());

        string[] verify = ["certificate", "verify", .. day, "--key", "signing.pub.pem"];
        var (verified, words, _) = await RunAsync(verify);
        Assert.True(verified == 0, words);
        Assert.Contains($"verified, degraded; ", words, StringComparison.Ordinal);
        Assert.Contains($"key {keyId}", words, StringComparison.Ordinal);

        await VerifyAsThePageShowsAsync();
        var path = Path.Combine(Data, Csv);
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[^9] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);
        var (changed, problem, _) = await RunAsync(verify);
        Assert.Equal(1, changed);
        Assert.Contains($"{Csv} was changed: its SHA-256 is ", problem, StringComparison.Ordinal);
        Assert.NotEqual(0, (await RunPageAsync()).Exit);
    }

    [Fact]
    public async Task Same_store_gives_the_same_files_and_payload_in_another_time_zone_culture_and_order_of_shards()
    {
        await SmallExport.CreateAsync(folder);
        await RunAsync("certificate", "key", "signing.pem");
        var again = Path.Combine(folder, "again");
        foreach (var file in Directory.EnumerateFiles(Data, "*.gz", SearchOption.AllDirectories).Where(static file => !file.Contains("/export/", StringComparison.Ordinal)))
        {
            var copy = Path.Combine(again, Path.GetRelativePath(Data, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        var elsewhere = new Dictionary<string, string>(StringComparer.Ordinal) { ["TZ"] = "Asia/Kathmandu", ["LC_ALL"] = "fr_FR.UTF-8", ["LANG"] = "fr_FR.UTF-8" };
        foreach (var shard in new[] { "3/3", "1/3", "2/3" })
            await RunAsync(["export", "--date", Day, "--exchange", "binance", "--store", "again", "--shard", shard], elsewhere);
        await RunAsync(["certificate", "create", "--date", Day, "--store", "data", "--key", "signing.pem"]);
        await RunAsync(["certificate", "create", "--date", Day, "--store", "again", "--key", "signing.pem"], elsewhere);
        var (first, second) = (Exported(Data), Exported(again));
        Assert.Equal(first.Keys, second.Keys);
        Assert.Contains(Envelope, first.Keys);
        Assert.All(first, file => Assert.Equal(file.Value, second[file.Key]));
    }

    [Fact]
    public async Task Key_in_kms_signs_and_is_trusted()
    {
        await SmallExport.CreateAsync(folder);
        await using var kms = await KmsServer.StartAsync();
        string[] day = ["--date", Day, "--store", "data", "--kms"];
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["AWS_ENDPOINT_URL_KMS"] = kms.Url };
        var (created, output, error) = await RunAsync(["certificate", "create", .. day, "alias/certificates"], environment);
        Assert.True(created == 3, output + error);
        var (verified, words, _) = await RunAsync(["certificate", "verify", .. day, "alias/certificates"], environment);
        Assert.True(verified == 0, words);
        await File.WriteAllTextAsync(Path.Combine(folder, "kms.pub.pem"), kms.PublicPem);
        Assert.Equal(0, (await RunAsync("certificate", "verify", "--date", Day, "--store", "data", "--key", "kms.pub.pem")).Exit);
        var (missing, _, reason) = await RunAsync(["certificate", "create", .. day, "alias/other"], environment);
        Assert.Equal(2, missing);
        Assert.Contains("KMS: cannot read the public key of alias/other: Key 'alias/other' does not exist", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signature_that_does_not_match_the_key_of_kms_is_refused()
    {
        await SmallExport.CreateAsync(folder);
        using var client = new Amazon.KeyManagementService.AmazonKeyManagementServiceClient(new Amazon.KeyManagementService.AmazonKeyManagementServiceConfig { ServiceURL = moto.Url.ToString(), AuthenticationRegion = "us-east-1" });
        var key = await client.CreateKeyAsync(new() { KeySpec = "ECC_NIST_P256", KeyUsage = "SIGN_VERIFY" });
        // The emulator signs the hash of the digest that it is given.
        var (exit, _, error) = await RunAsync(["certificate", "create", "--date", Day, "--store", "data", "--kms", key.KeyMetadata.KeyId], new(StringComparer.Ordinal) { ["AWS_ENDPOINT_URL_KMS"] = moto.Url.ToString() });
        Assert.Equal(1, exit);
        Assert.Contains("KMS returned a signature that does not match the public key of " + key.KeyMetadata.KeyId, error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Data, Envelope)));
    }

    [Fact]
    public async Task Bucket_is_certified_and_verified()
    {
        await SmallExport.CreateAsync(folder);
        var bucket = await moto.NewBucketAsync();
        string[] s3 = ["--set", $"Ingester:Store:S3:ServiceUrl={moto.Url}", "--set", "Ingester:Store:S3:ForcePathStyle=true", "--set", "Ingester:Store:S3:Region=us-east-1", "--set", $"Ingester:Store:S3:Bucket={bucket}"];
        foreach (var file in Directory.EnumerateFiles(Data, "*", SearchOption.AllDirectories).Where(file => !file.Contains("/.tmp/", StringComparison.Ordinal)))
        {
            using var client = new Amazon.S3.AmazonS3Client(new Amazon.S3.AmazonS3Config { ServiceURL = moto.Url.ToString(), ForcePathStyle = true });
            await client.PutObjectAsync(new() { BucketName = bucket, Key = "some/" + Path.GetRelativePath(Data, file), FilePath = file });
        }

        await RunAsync("certificate", "key", "signing.pem");
        string[] day = ["--date", Day, "--store", $"s3://{bucket}/some", .. s3];
        var (created, output, error) = await RunAsync(["certificate", "create", .. day, "--key", "signing.pem"]);
        Assert.True(created == 3, output + error);
        var (verified, words, _) = await RunAsync(["certificate", "verify", .. day, "--key", "signing.pub.pem"]);
        Assert.True(verified == 0, words);
    }

    [Theory]
    [InlineData("certificate create --date 2025-10-25 --store .", 2, "A key is required: --key FILE or --kms KEY.")]
    [InlineData("certificate create --date 2025-10-25 --store . --key nowhere.pem", 2, "nowhere.pem cannot be read")]
    [InlineData("certificate create --date 2025-10-25 --store . --key x.pem --kms y", 2, "--key and --kms cannot be combined.")]
    [InlineData("certificate create --store . --key x.pem", 2, "--date")]
    [InlineData("certificate create --date someday --store . --key x.pem", 2, "'someday' is not a day")]
    [InlineData("certificate verify --date 2025-10-25 --store .", 2, "A public key is required")]
    [InlineData("certificate show --date 2025-10-25 --store .", 1, "There is no certificate of 2025-10-25.")]
    [InlineData("certificate show --date 2025-10-25 --store . --revision 0", 2, "--revision must be at least 1.")]
    [InlineData("certificate", 2, "")]
    public async Task Command_line_errors_have_a_message_and_an_exit_code(string line, int exit, string words)
    {
        var (code, output, error) = await RunAsync(line.Split(' '));
        Assert.Contains(words, output + error, StringComparison.Ordinal);
        Assert.Equal(exit, code);
        Assert.DoesNotContain("   at Ingester", error, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private async Task VerifyAsThePageShowsAsync()
    {
        var (exit, output, error) = await RunPageAsync();
        Assert.True(exit == 0, output + error);
        foreach (var line in new[] { "Verified OK", "key id OK", "true", "files OK" })
            Assert.Contains(line, output.Split('\n'));
        Assert.DoesNotContain("wrong number of rows", output, StringComparison.Ordinal);
        Assert.Contains("\"condition\": \"degraded\"", output, StringComparison.Ordinal);
    }

    /// <summary>Runs the commands of the page in the folder that contains <c>export</c>; each must succeed.</summary>
    private async Task<EndedCommand> RunPageAsync()
    {
        foreach (var tool in new[] { "openssl", "jq", "sha256sum" })
            Assert.SkipUnless((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(path => File.Exists(Path.Combine(path, tool))), $"{tool} is not on the PATH.");
        File.Copy(Path.Combine(folder, "signing.pub.pem"), Path.Combine(Data, "signing.pub.pem"), overwrite: true);
        var page = await File.ReadAllTextAsync(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "..", "docs", "certificate.md")));
        var script = BashBlock().Match(page).Groups["code"].Value.Replace("2026/11/20", "2025/10/25", StringComparison.Ordinal).Replace("2026-11-20", Day, StringComparison.Ordinal);
        var start = new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = Data };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(SmallExport.Patience);
        return new(process.ExitCode, await output, await error);
    }

    private Task<EndedCommand> RunAsync(params string[] arguments) => EndedCommand.RunAsync(folder, SmallExport.Patience, arguments);

    private Task<EndedCommand> RunAsync(string[] arguments, Dictionary<string, string> environment) => EndedCommand.RunAsync(folder, SmallExport.Patience, arguments, environment);

    /// <summary>The exported files, and of envelopes the payload: a signature is another one each time.</summary>
    private static SortedDictionary<string, byte[]> Exported(string store) => new(Directory.EnumerateFiles(Path.Combine(store, "export"), "*", SearchOption.AllDirectories).ToDictionary(
        file => Path.GetRelativePath(store, file),
        file => file.EndsWith(".dsse.json", StringComparison.Ordinal) ? JsonDocument.Parse(File.ReadAllBytes(file)).RootElement.GetProperty("payload").GetBytesFromBase64() : File.ReadAllBytes(file)), StringComparer.Ordinal);

    private static string Here([CallerFilePath] string path = "") => path;

    [GeneratedRegex("```bash\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex BashBlock();

    [GeneratedRegex("key id +(?<id>[0-9a-f]{64})")]
    private static partial Regex KeyIdLine();
}
