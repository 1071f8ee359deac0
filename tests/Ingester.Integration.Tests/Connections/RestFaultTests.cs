using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Ingester.Recording.Rest;
using Ingester.Simulator.FaultyExchange;
using Ingester.Testing.Fakes;
using Microsoft.AspNetCore.Http;

namespace Ingester.Integration.Tests.Connections;

/// <summary>Whatever a real server answers, it is a fault of that request, in words.</summary>
public sealed class RestFaultTests
{
    private const int Limit = 1 << 20;
    private const string Key = "the-secret";

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    [InlineData("br, gzip")]
    public async Task Body_that_does_not_decompress_is_a_fault_of_its_request(string encoding)
    {
        var fault = await AskAsync(async context =>
        {
            context.Response.Headers.ContentEncoding = encoding;
            await context.Response.Body.WriteAsync(DamagedBody.Create(encoding.Split(',')[^1].Trim()));
        });
        Assert.Contains("could not be read", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Error_names_an_encoding_that_was_not_requested()
    {
        var fault = await AskAsync(context =>
        {
            context.Response.Headers.ContentEncoding = "compress";
            return context.Response.WriteAsync("[]");
        });
        Assert.Contains("\"compress\"", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Small_body_that_decompresses_to_more_than_the_limit_is_refused(string encoding)
    {
        var fault = await AskAsync(async context =>
        {
            context.Response.Headers.ContentEncoding = encoding;
            await using Stream compressing = encoding == "br" ? new BrotliStream(context.Response.Body, CompressionLevel.Fastest) : new GZipStream(context.Response.Body, CompressionLevel.Fastest);
            await compressing.WriteAsync(new byte[Limit + 1]);
        });
        Assert.Contains("after decompression, more than 1048576 bytes", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_that_is_announced_to_be_too_long_is_not_waited_for()
    {
        var fault = await AskAsync(async context =>
        {
            context.Response.ContentLength = 1L << 40;
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            context.Abort();
        });
        Assert.Contains("announces 1099511627776 bytes", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endless_gzip_header_is_rejected()
    {
        var fault = await AskAsync(async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            var header = new byte[1 << 16]; // a name in the header of gzip that does not end: nothing comes out of it
            Array.Fill(header, (byte)'x');
            new byte[] { 0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3 }.CopyTo(header, 0);
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(header);
        });
        Assert.Contains("has more than 1048576 bytes", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_that_ends_too_early_is_a_fault_of_its_request()
    {
        var fault = await AskAsync(async context =>
        {
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("[");
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        Assert.Contains("could not be read", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Redirect_is_not_followed_and_the_api_key_is_not_sent_to_it(int status)
    {
        using var elsewhere = new TcpListener(IPAddress.Loopback, 0);
        elsewhere.Start();
        string? key = null;
        var fault = await AskAsync(context =>
        {
            key = context.Request.Headers["x-key"];
            context.Response.StatusCode = status;
            context.Response.Headers.Location = $"http://{elsewhere.LocalEndpoint}/list";
            return Task.CompletedTask;
        });
        Assert.Equal(Key, key);
        Assert.Contains($"answered HTTP {status}, a redirect to \"http://{elsewhere.LocalEndpoint}/list\". Redirects are not followed.", fault.Message, StringComparison.Ordinal);
        Assert.False(elsewhere.Pending());
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://[")]
    [InlineData("")]
    public async Task Redirect_to_an_invalid_address_fails_the_request(string target)
    {
        var fault = await AskAsync(context =>
        {
            context.Response.StatusCode = 302;
            context.Response.Headers.Location = target;
            return Task.CompletedTask;
        });
        Assert.Contains("Redirects are not followed", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n")]
    [InlineData("HTTP/9.9 999 \r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nDate: Fri, 31 Dec 9999 23:59:59 GMT\r\nAge: 2147483647\r\nContent-Length: 1\r\n\r\n")]
    [InlineData("\0\0\0\0")]
    public async Task Answer_that_is_not_HTTP_is_a_fault_of_its_request(string answer)
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var asking = AskAsync(new Uri($"http://{server.LocalEndpoint}"));
        await AnswerAsync(server, answer);
        var fault = await asking;
        Assert.NotEqual("", fault.Message);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("identity")]
    [InlineData("")]
    public async Task Valid_body_is_read_in_every_requested_encoding(string encoding)
    {
        await using var exchange = await LoopbackExchange.StartAsync();
        var text = Encoding.UTF8.GetBytes(new string('7', 100_000));
        exchange.Instead = async context =>
        {
            context.Response.Headers.ContentEncoding = encoding;
            Assert.Equal("gzip, br", context.Request.Headers.AcceptEncoding);
            await using Stream body = encoding switch
            {
                "br" => new BrotliStream(context.Response.Body, CompressionLevel.Fastest),
                "gzip" => new GZipStream(context.Response.Body, CompressionLevel.Fastest),
                _ => new BufferedStream(context.Response.Body),
            };
            await body.WriteAsync(text);
            return true;
        };
        using var rig = NewRig(new(exchange.Address));
        var body = await rig.Rest.GetAsync(new(FakeAddress, 1), onResponse: null, CancellationToken.None);
        Assert.Equal(text, body.ToArray());
    }

    private static Uri FakeAddress => new("https://api.fake.example/v1/markets?all=1");

    private static async Task AnswerAsync(TcpListener server, string answer)
    {
        using var socket = await server.AcceptSocketAsync();
        await socket.ReceiveAsync(new byte[4096]);
        await socket.SendAsync(Encoding.Latin1.GetBytes(answer));
        socket.Shutdown(SocketShutdown.Send);
    }

    private static async Task<RestException> AskAsync(Func<HttpContext, Task> answer)
    {
        await using var exchange = await LoopbackExchange.StartAsync();
        exchange.Instead = async context =>
        {
            await answer(context);
            return true;
        };
        return await AskAsync(new Uri(exchange.Address));
    }

    private static async Task<RestException> AskAsync(Uri address)
    {
        using var rig = NewRig(address);
        var request = new RestRequest(FakeAddress, 1, new("x-key", Key));
        return await Assert.ThrowsAsync<RestException>(() => rig.Rest.GetAsync(request, onResponse: null, CancellationToken.None).WaitAsync(FakeServer.Deadline));
    }

    private static Rig NewRig(Uri address) => new()
    {
        Choice = new() { Markets = ["*"], Rest = address.GetLeftPart(UriPartial.Authority) },
        Options = new() { MaxMarketList = Limit },
        Http = RestClient.CreateClient(sending => new ClockSkewHandler(TimeProvider.System) { InnerHandler = sending }),
    };
}
