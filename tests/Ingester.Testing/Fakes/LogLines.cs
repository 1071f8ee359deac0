using Microsoft.Extensions.Logging;

namespace Ingester.Testing.Fakes;

/// <summary>Keeps the lines of the log.</summary>
internal sealed class LogLines<T> : ILogger<T>, ILoggerFactory
{
    private readonly Lock gate = new();
    private readonly List<(LogLevel Level, string Text)> lines = [];

    /// <summary>The lines of a level, in order.</summary>
    public IReadOnlyList<string> Of(LogLevel level)
    {
        lock (gate)
            return [.. lines.Where(line => line.Level == level).Select(line => line.Text)];
    }

    /// <summary>The logger of every category is this one.</summary>
    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
        // Nothing to dispose.
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (gate)
            lines.Add((logLevel, formatter(state, exception)));
    }
}
