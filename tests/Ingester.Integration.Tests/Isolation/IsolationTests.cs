using System.Net;
using System.Net.Sockets;
using Ingester.Simulator.FaultyExchange;

namespace Ingester.Integration.Tests.Isolation;

/// <summary>Whatever one exchange does, the process goes on and the other exchange loses nothing.</summary>
public sealed class IsolationTests
{
    private const int Faults = 4;
    private const int Events = 150;

    [Theory]
    [InlineData((int)RestFault.DamagedBrotli)]
    [InlineData((int)RestFault.RedirectToFile)]
    public async Task Invalid_market_list_does_not_stop_other_exchanges(int fault)
    {
        await using var two = await TwoExchanges.StartAsync(faulty => faulty.SelectRestFault = _ => (RestFault)fault);
        await two.UntilAsync(() => two.Faulty.RestFaults >= Faults);
        await two.UntilAsync(status => TwoExchanges.Of(status, TwoExchanges.Bad) is { Markets: null, LastError.Length: > 0, Restarts: 0 });
        await two.GoOnAsync(Events);
        two.Faulty.SelectRestFault = _ => RestFault.None;
        await two.UntilAsync(status => status.NotReady is null); // and when it answers again, it is recorded
        await two.CheckAsync();
        Assert.DoesNotContain("\"Level\":\"Error\"", two.Log, StringComparison.Ordinal); // nobody must act
    }

    [Theory]
    [InlineData((int)RestFault.DamagedBrotli)]
    [InlineData((int)RestFault.OversizedContentLength)]
    public async Task Invalid_snapshot_does_not_stop_other_exchanges_while_recording(int fault)
    {
        await using var two = await TwoExchanges.StartAsync(faulty => faulty.SelectRestFault = path => path.EndsWith("/depth", StringComparison.Ordinal) ? (RestFault)fault : RestFault.None);
        await two.UntilAsync(() => two.Faulty.RestFaults >= Faults);
        await two.UntilAsync(status => status.NotReady is null); // changes are recorded all the same
        await two.GoOnAsync(Events);
        await two.CheckAsync();
    }

    [Fact]
    public async Task Redirect_reaches_no_other_host()
    {
        using var elsewhere = new TcpListener(IPAddress.Loopback, 0);
        elsewhere.Start();
        await using var two = await TwoExchanges.StartAsync(faulty =>
        {
            faulty.RedirectTarget = new($"http://{elsewhere.LocalEndpoint}/");
            faulty.SelectRestFault = _ => RestFault.Redirect;
        });
        await two.UntilAsync(status => TwoExchanges.Of(status, TwoExchanges.Bad).LastError?.Contains("Redirects are not followed", StringComparison.Ordinal) == true);
        await two.UntilAsync(() => two.Faulty.RestFaults >= Faults);
        Assert.False(elsewhere.Pending());
        await two.CheckAsync();
    }

    [Fact]
    public async Task Frame_that_announces_a_gigabyte_ends_its_connection_at_once()
    {
        await using var two = await TwoExchanges.StartAsync(faulty => faulty.SelectSocketFault = () => SocketFault.OversizedFrame);
        await two.UntilAsync(status => TwoExchanges.Of(status, TwoExchanges.Bad).LastError?.Contains("announces a message of 1073741824 bytes", StringComparison.Ordinal) == true);
        await two.UntilAsync(() => two.Faulty.SocketFaults >= Faults); // each time it is opened again
        await two.GoOnAsync(Events);
        await two.CheckAsync();
    }

    [Fact]
    public async Task Unfinished_request_to_the_status_page_does_not_delay_a_stop_or_lose_data()
    {
        await using var two = await TwoExchanges.StartAsync();
        await two.GoOnAsync(Events);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, two.Replica.Address.Port);
        await client.GetStream().WriteAsync("POST /status HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n"u8.ToArray());
        using var another = new TcpClient();
        await another.ConnectAsync(IPAddress.Loopback, two.Replica.Address.Port);
        await another.GetStream().WriteAsync("GET /status HTTP/1.1\r\nHost: local"u8.ToArray());
        await two.CheckAsync(); // also that the exit code is 0
    }

    [Theory]
    [InlineData("HUP")]
    [InlineData("QUIT")]
    [InlineData("INT")]
    public async Task Every_stop_signal_stores_the_received_events(string signal)
    {
        await using var two = await TwoExchanges.StartAsync();
        await two.GoOnAsync(Events);
        await two.CheckAsync(signal);
    }

    [Fact]
    public async Task Status_page_accepts_only_its_own_host_names_and_no_request_body()
    {
        await using var two = await TwoExchanges.StartAsync();
        Assert.Equal(HttpStatusCode.OK, await AskAsync(two, host: null));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(two, host: "localhost"));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(two, host: Environment.MachineName));
        Assert.Equal(HttpStatusCode.MisdirectedRequest, await AskAsync(two, host: "attacker.example"));
        Assert.Equal(HttpStatusCode.MisdirectedRequest, await AskAsync(two, host: "attacker.example:8080"));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await AskAsync(two, host: null, body: "x"));
        Assert.Equal(0, await two.Replica.StopAsync(two.Cancel));
    }

    [Fact]
    public async Task Connections_beyond_the_file_descriptors_are_connection_faults()
    {
        const int Descriptors = 460;
        await using var two = await TwoExchanges.StartAsync(markets: 150, descriptors: Descriptors);
        await two.UntilAsync(status => TwoExchanges.Of(status, TwoExchanges.Bad).LastError?.Contains($"The limit of open file descriptors ({Descriptors}", StringComparison.Ordinal) == true);
        await two.GoOnAsync(Events);
        Assert.Contains("are planned and need up to", two.Log, StringComparison.Ordinal); // somebody must act
        await two.CheckAsync();
    }

    private static async Task<HttpStatusCode> AskAsync(TwoExchanges two, string? host, string? body = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, new Uri(two.Replica.Address, "/health"));
        request.Headers.Host = host;
        request.Content = body is null ? null : new StringContent(body);
        using var answer = await http.SendAsync(request, two.Cancel);
        return answer.StatusCode;
    }
}
