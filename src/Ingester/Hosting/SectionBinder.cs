using System.Reflection;
using Microsoft.Extensions.Options;

namespace Ingester.Hosting;

/// <summary>Binds sections of the configuration and collects every fault by its name, instead of stopping at the first.</summary>
internal sealed class SectionBinder(List<string> errors)
{
    /// <summary>Binds one section; values that cannot be read keep their defaults and are reported.</summary>
    public TOptions Bind<TOptions>(IConfigurationSection section, IValidateOptions<TOptions>? validator)
        where TOptions : class, new()
    {
        ReportUnknown(section, typeof(TOptions));
        var options = BindWhatCanBe<TOptions>(section);
        if (validator?.Validate(null, options) is { Failed: true } result)
            errors.AddRange(result.Failures.Select(failure => $"{section.Path}: {failure}"));
        return options;
    }

    private void ReportUnknown(IConfigurationSection section, Type type)
    {
        foreach (var child in section.GetChildren())
        {
            var property = type.GetProperty(child.Key, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase);
            if (property is null)
                errors.Add($"{child.Path}: there is no such setting; there are {string.Join(", ", type.GetProperties().Select(p => p.Name))}.");
            else if (ElementOf(property.PropertyType) is { } element)
                foreach (var item in child.GetChildren())
                    ReportUnknown(item, element);
            else if (IsOptions(property.PropertyType))
                ReportUnknown(child, property.PropertyType);
        }
    }

    /// <summary>The binder stops at the first value that it cannot read: that one is reported and left out, and the rest is bound again.</summary>
    private TOptions BindWhatCanBe<TOptions>(IConfigurationSection section)
        where TOptions : class, new()
    {
        var values = section.AsEnumerable(makePathsRelative: true).Where(pair => pair.Value is not null).ToDictionary(StringComparer.OrdinalIgnoreCase);
        while (true)
        {
            var options = new TOptions();
            try
            {
                new ConfigurationBuilder().AddInMemoryCollection(values).Build().Bind(options);
                return options;
            }
            catch (InvalidOperationException unreadable)
            {
                var culprit = values.Keys.FirstOrDefault(key => unreadable.Message.Contains($"'{key}'", StringComparison.OrdinalIgnoreCase));
                if (culprit is null)
                {
                    errors.Add($"{section.Path}: {unreadable.Message}");
                    return options;
                }

                errors.Add($"{section.Path}:{culprit}: \"{values[culprit]}\" cannot be read as what this setting needs.");
                values.Remove(culprit);
            }
        }
    }

    private static Type? ElementOf(Type type) =>
        type.IsGenericType && type.GetGenericArguments() is [var element] && IsOptions(element) ? element : null;

    private static bool IsOptions(Type type) => type.IsClass && type != typeof(string) && type != typeof(Uri) && !type.IsGenericType;
}
