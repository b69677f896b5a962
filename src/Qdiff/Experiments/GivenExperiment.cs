using System.Security.Cryptography;
using System.Runtime.InteropServices;

namespace Qdiff;

/// <summary>
/// The experiment of parts that a program has as objects: it says their names in its configuration and knows them by a catalog to
/// which those are added that are not in it, so that a run of it is a run like any other.
/// </summary>
static class GivenExperiment
{
    /// <param name="name">What the run is called.</param>
    /// <param name="network">What is trained.</param>
    /// <param name="images">What it learns from.</param>
    /// <param name="objective">What training minimises.</param>
    /// <param name="training">Everything else; its names are the catalog's.</param>
    /// <param name="catalog">The parts that there are besides.</param>
    public static ResolvedExperiment Create(string name, Network network, ImageSet images, Objective objective,
        TrainingConfig training, Catalog catalog)
    {
        DiffusionConfig diffusion = new() { Steps = objective.Schedule.Steps };
        diffusion = Named(diffusion, objective.Schedule, ref catalog);
        diffusion = Named(diffusion, objective.Weighting, ref catalog);
        if (catalog.Predictions.Find(objective.Prediction.Name) != objective.Prediction)
            catalog = catalog with { Predictions = [.. catalog.Predictions, objective.Prediction] };
        diffusion = diffusion with { Prediction = objective.Prediction.Name };
        if (objective.GetType() != typeof(Objective))
        {
            string kind = objective.GetType().Name;
            catalog = catalog with { Objectives = [.. catalog.Objectives, new(kind, (_, _, _) => objective)] };
            diffusion = diffusion with { Objective = kind };
        }

        string data = "given", model = network.GetType().Name;
        catalog = catalog with
        {
            DataSets = [.. catalog.DataSets, new(data, images.Name, "", [Split.Train], (_, _) => images)],
            Networks = [.. catalog.Networks, NamedNetwork.Create(model, network)],
        };
        return ResolvedExperiment.Create(new()
        {
            Name = name,
            Data = new() { Dataset = data },
            Model = new() { Name = model },
            Diffusion = diffusion,
            Training = training,
        }, catalog);
    }

    /// <summary>The catalog's schedule with the same noise, or one that is called by it.</summary>
    static DiffusionConfig Named(DiffusionConfig diffusion, NoiseSchedule schedule, ref Catalog catalog)
    {
        foreach (NamedSchedule known in catalog.Schedules)
            foreach (bool zero in (bool[])[false, true])
            {
                DiffusionConfig same = diffusion with { Schedule = known.Name, ZeroTerminalSnr = zero };
                if (!(zero && schedule.Steps < 2) && same.ToSchedule(catalog).Beta.SequenceEqual(schedule.Beta)) return same;
            }

        string name = $"given-{Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(schedule.Beta)))[..8]}";
        catalog = catalog with { Schedules = [.. catalog.Schedules, new(name, _ => schedule)] };
        return diffusion with { Schedule = name };
    }

    /// <summary>The catalog's weighting with the settings of this one, or this one itself.</summary>
    static DiffusionConfig Named(DiffusionConfig diffusion, Weighting weighting, ref Catalog catalog)
    {
        OwnSettings own = OwnSettings.None;
        if (catalog.Weightings.Find(weighting.Name) is { } known)
            foreach (PartSetting<Weighting> setting in known.Settings.Where(_ => known.GetType() == weighting.GetType()))
                if (setting.Read(weighting) != setting.Read(known)) own = own.With(setting.Name, setting.Read(weighting));
        diffusion = diffusion with { Weighting = weighting.Name, OfWeighting = own };
        if (catalog.Weightings.Find(weighting.Name) is not { } there || own.ApplyTo(there) != weighting)
            catalog = catalog with { Weightings = [.. catalog.Weightings, weighting] };
        return diffusion;
    }
}
