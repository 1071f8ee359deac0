using Ingester.Errors;
using Ingester.Importing;
using Ingester.Storage.Stores;
using Ingester.Testing.Storage;

namespace Ingester.Tests.Program.Importing;

public sealed class RawDownloadTests
{
    private const string Folder = "raw/exchange=binance/year=2025/month=10/day=25/";

    [Fact]
    public async Task Raw_capture_of_a_newer_format_is_refused_by_name()
    {
        var store = new MemoryStore();
        store.Forge(Folder + "0000_a_17.ws.tsv.gz", [1], new(null, null, "2"));
        store.Forge(Folder + "0001_a_17.ws.tsv.gz", [1], ObjectMetadata.None);
        using (var download = new RawDownload())
        {
            await download.RunAsync(store, "", "raw/", CancellationToken.None);
            Assert.Equal(2, Directory.EnumerateFiles(download.Folder, "*", SearchOption.AllDirectories).Count());
        }

        store.Forge(Folder + "0002_a_17.ws.tsv.gz", [1], new(null, null, "3"));
        using var refused = new RawDownload();
        var failure = await Assert.ThrowsAsync<CommandException>(() => refused.RunAsync(store, "", "raw/", CancellationToken.None));
        Assert.Equal(Folder + "0002_a_17.ws.tsv.gz has format 3, and this version reads formats up to 2: import it with a newer version.", failure.Message);
    }
}
