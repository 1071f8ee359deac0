using System.Net;
using System.Text;
using Ingester.Dashboard.Markets.Objects;
using Ingester.Dashboard.Stores;
using Ingester.Storage.Stores;
using Ingester.Testing.Storage;
using Ingester.Testing.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ingester.Tests.Dashboard.Markets;

/// <summary>Objects of the store are downloaded as they are, and read as text.</summary>
public sealed class ObjectEndpointsTests
{
    private const string Key = "trades/exchange=gemini/pair=BTC%2FUSD%3Ax/year=2025/month=10/day=25/0000-1m_0_2.json.gz";
    private const string Rows = "{\"id\":\"1\"}\n{\"id\":\"2\"}\n";

    [Fact]
    public async Task Object_is_downloaded_and_read()
    {
        var store = new MemoryStore();
        store.Forge(Key, StoredText.Pack(Rows), ObjectMetadata.None);
        store.Forge("a.json.gz", Encoding.UTF8.GetBytes("damaged"), ObjectMetadata.None);
        store.Forge("large.json.gz", StoredText.Pack(new string('x', ObjectEndpoints.MaxTextBytes - 1) + "\nmore\n"), ObjectMetadata.None);
        await RunAsync(store, async client =>
        {
            Assert.Equal(store.Body(Key), await client.GetByteArrayAsync(new Uri(ObjectEndpoints.AddressOf(Key), UriKind.Relative)));
            Assert.Equal(Rows, await client.GetStringAsync(new Uri(ObjectEndpoints.TextAddressOf(Key), UriKind.Relative)));
            var large = await client.GetStringAsync(new Uri(ObjectEndpoints.TextAddressOf("large.json.gz"), UriKind.Relative));
            Assert.EndsWith("\n(The text ends here after 1 MiB. Download the object to read the rest.)\n", large, StringComparison.Ordinal);
            await HoldAsync(client, ObjectEndpoints.TextAddressOf("a.json.gz"), HttpStatusCode.ServiceUnavailable, "a.json.gz is not readable: ");
            await HoldAsync(client, ObjectEndpoints.AddressOf("b.json.gz"), HttpStatusCode.NotFound, "There is no object b.json.gz.");
            await HoldAsync(client, ObjectEndpoints.AddressOf("../../etc/passwd"), HttpStatusCode.NotFound, "is not the key of an object");
            await HoldAsync(client, "object", HttpStatusCode.NotFound, "is not the key of an object");
        });
    }

    private static async Task HoldAsync(HttpClient client, string address, HttpStatusCode status, string sentence)
    {
        using var response = await client.GetAsync(new Uri(address, UriKind.Relative));
        Assert.Equal(status, response.StatusCode);
        Assert.Contains(sentence, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
    }

    private static async Task RunAsync(MemoryStore store, Func<HttpClient, Task> test)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<IStoreAccess>(new MemoryAccess(store));
        await using var app = builder.Build();
        ObjectEndpoints.Map(app);
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new(app.Urls.First() + "/") };
        await test(client);
    }
}
