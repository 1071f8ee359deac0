using System.Collections.Concurrent;
using Ingester.Paper.Alerts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Tests.Paper;

/// <summary>Alerts: a webhook, an SNS topic, and a target that fails.</summary>
public sealed class AlertTests
{
    private static readonly Alert Some = new("r", 1_763_632_800_000_000, "fill", "binance/BTC-USDT: bought 0.1 at 10000.");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Webhook_receives_json()
    {
        var received = new ConcurrentQueue<string>();
        await using var server = await StartAsync(received, 200);
        using var http = new HttpClient();
        await new WebhookNotifier(http, new(server.Urls.First())).SendAsync(Some, Cancel);
        Assert.Equal("""{"run":"r","ts":1763632800000000,"kind":"fill","text":"binance/BTC-USDT: bought 0.1 at 10000."}""", Assert.Single(received));
    }

    [Fact]
    public async Task Topic_receives_the_text()
    {
        var received = new ConcurrentQueue<string>();
        await using var server = await StartAsync(received, 200);
        var (id, key) = (Environment.GetEnvironmentVariable("AWS_ACCESS_KEY_ID"), Environment.GetEnvironmentVariable("AWS_SECRET_ACCESS_KEY"));
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "secret");
        try
        {
            using var topic = new TopicNotifier("arn:aws:sns:eu-central-1:123456789012:paper", new(server.Urls.First()));
            await topic.SendAsync(Some, Cancel);
        }
        finally
        {
            Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", id);
            Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", key);
        }

        var form = Assert.Single(received).Split('&').Select(static pair => pair.Split('=')).ToDictionary(static pair => pair[0], static pair => Uri.UnescapeDataString(pair[1].Replace('+', ' ')), StringComparer.Ordinal);
        Assert.Equal(("Publish", "arn:aws:sns:eu-central-1:123456789012:paper", Some.Text, "ingester-paper fill: r"), (form["Action"], form["TopicArn"], form["Message"], form["Subject"]));
    }

    [Fact]
    public async Task Target_that_fails_does_not_stop_the_next_one()
    {
        var (failing, working) = (new ConcurrentQueue<string>(), new ConcurrentQueue<string>());
        await using var bad = await StartAsync(failing, 500);
        await using var good = await StartAsync(working, 200);
        using var http = new HttpClient();
        var sender = new AlertSender([new WebhookNotifier(http, new(bad.Urls.First())), new WebhookNotifier(http, new(good.Urls.First()))], TimeProvider.System, NullLogger.Instance);
        sender.Add(Some);
        sender.Add(Some with { Kind = "ended" });
        await sender.DisposeAsync();
        Assert.Equal((2, 2, 0L), (failing.Count, working.Count, sender.Dropped));
    }

    private static async Task<WebApplication> StartAsync(ConcurrentQueue<string> received, int status)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Run(async context =>
        {
            received.Enqueue(await new StreamReader(context.Request.Body).ReadToEndAsync(Cancel));
            context.Response.StatusCode = status;
            await context.Response.WriteAsync("<PublishResponse/>", Cancel);
        });
        await app.StartAsync(Cancel);
        return app;
    }
}
