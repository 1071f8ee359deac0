using System.ComponentModel;
using Microsoft.Extensions.Options;

namespace Ingester.Configuration;

/// <summary>Binds configuration sections and collects all errors by path, instead of throwing the first.</summary>
internal sealed class SectionBinder(IConfiguration configuration, List<string> errors)
{
    /// <summary>Binds one section; values that cannot be read keep their defaults and are reported.</summary>
    public TOptions Bind<TOptions>(IConfigurationSection section, IValidateOptions<TOptions>? validator)
        where TOptions : class, new()
    {
        var options = BindReadable<TOptions>(section);
        if (validator?.Validate(null, options) is { Failed: true } result)
            errors.AddRange(OptionErrors.Find(section.Path, options).DefaultIfEmpty((Place: section.Path, Sentence: result.FailureMessage))
                .Select(error => $"{error.Place}: {error.Sentence}{SettingsSource.DescribeOrigin(configuration, error.Place)}"));
        return options;
    }

    /// <summary>Sets the internal properties of options, which only tests change; unknown names and unreadable values are errors.</summary>
    public void BindInternal<TOptions>(IConfigurationSection section, TOptions options)
        where TOptions : class
    {
        foreach (var child in section.GetChildren())
            if (SettingNames.InternalSettingsOf(typeof(TOptions)).FirstOrDefault(property => property.Name == child.Key) is { } property
                && child.Value is { } value && SettingNames.IsReadable(property.PropertyType, value))
                property.SetValue(options, TypeDescriptor.GetConverter(property.PropertyType).ConvertFromInvariantString(value));
            else
                errors.Add($"{child.Path}: not an internal setting, or its value cannot be read.{SettingsSource.DescribeOrigin(configuration, child.Path)}");
    }

    /// <summary>
    /// The framework's binder throws at the first unreadable value and silently omits whole list items. <see cref="SettingNames"/> reports those
    /// values; they are removed here before binding.
    /// </summary>
    private static TOptions BindReadable<TOptions>(IConfigurationSection section)
        where TOptions : class, new()
    {
        var options = new TOptions();
        new ConfigurationBuilder().AddInMemoryCollection(section.AsEnumerable(makePathsRelative: true)
            .Where(pair => pair.Value is { } value && SettingNames.TypeOf(typeof(TOptions), pair.Key) is { } type && SettingNames.IsReadable(type, value)))
            .Build().Bind(options);
        return options;
    }
}
