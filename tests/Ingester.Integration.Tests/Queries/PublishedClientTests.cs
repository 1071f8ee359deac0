using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Ingester.Integration.Tests.Commands;
using Ingester.Integration.Tests.Publishing;
using Ingester.Testing.Fakes;

namespace Ingester.Integration.Tests.Queries;

/// <summary>The published client of the layout of the CSV files (<c>tardis-dev</c> of npm), which downloads from <c>ingester serve --exports</c>.</summary>
public sealed class PublishedClientTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ingester-client-of-files-").FullName;

    [Fact]
    public async Task Client_downloads_every_file_of_a_day_unchanged()
    {
        var engine = QueryEngine.Require();
        Assert.SkipUnless(Directory.Exists(Path.Combine(engine, "node_modules", "tardis-dev")), "The folder that INGESTER_DUCKDB names has no tardis-dev (npm install --prefix FOLDER tardis-dev).");
        await SmallExport.CreateAsync(folder);
        var (data, pem) = (Path.Combine(folder, "data"), Path.Combine(folder, "localhost.pem"));
        using (var certificate = TestCertificate.For("localhost", usage: TestCertificate.ForServers))
            await File.WriteAllTextAsync(pem, $"{certificate.ExportCertificatePem()}\n{certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()}\n");
        using var limit = new CancellationTokenSource(SmallExport.Patience);
        using var server = new RunningCommand(new Dictionary<string, string>(), "serve", "--exports", "--store", data, "--listen", "http://127.0.0.1:0");
        var address = (await server.WaitForWordAfterAsync("Serving exported files at ", limit.Token)).TrimEnd('/', '.');
        var downloaded = (await QueryEngine.RunAsync("download.mjs", [address, "binance", "BTC-USDT", SmallExport.Day, Path.Combine(folder, "downloaded"), pem], limit.Token)).Deserialize<Dictionary<string, string>>()!;
        Assert.Equal(5, downloaded.Count);
        foreach (var (dataType, path) in downloaded)
            Assert.Equal(
                await File.ReadAllBytesAsync(Path.Combine(data, SmallExport.Csv.Replace("/trades/", $"/{dataType}/", StringComparison.Ordinal)), limit.Token),
                await File.ReadAllBytesAsync(path, limit.Token));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
